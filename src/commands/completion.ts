import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { usageError } from '../errors.ts';
import { hiding } from '../shared-flags.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export default class Completion extends BaseCommand<typeof Completion> {
  static override baseFlags = hiding('stage', 'local', 'folder', 'endpoint', 'profile', 'region');
  static override summary = 'Print the completion script for a shell.';
  static override description = `Add it to the shell's start-up file:

- bash: eval "$(mcp-s3 completion bash)" in ~/.bashrc
- zsh: eval "$(mcp-s3 completion zsh)" in ~/.zshrc, after compinit
- fish: mcp-s3 completion fish > ~/.config/fish/completions/mcp-s3.fish`;
  static override examples = ['eval "$(<%= config.bin %> completion bash)"'];
  static override args = {
    shell: Args.string({ description: 'the shell', options: [...SHELLS], required: true }),
  };
  static override flags = { json: Flags.boolean({ hidden: true }) };

  protected async execute(): Promise<undefined> {
    if (this.flags.json) throw usageError('completion has no --json: its output is a script');
    const { readGrammar } = await import('../completion/grammar.ts');
    const grammar = readGrammar(this.config.commands);
    const { io } = this.context;
    switch (this.args.shell as (typeof SHELLS)[number]) {
      case 'bash':
        return io.write((await import('../completion/bash.ts')).bashCompletion(grammar)) as undefined;
      case 'zsh':
        return io.write((await import('../completion/zsh.ts')).zshCompletion(grammar)) as undefined;
      case 'fish':
        return io.write((await import('../completion/fish.ts')).fishCompletion(grammar)) as undefined;
    }
  }
}
