import { Args } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { targetWords } from '../../settings/target-words.ts';
import { hiding } from '../../shared-flags.ts';

export default class KeyCreate extends BaseCommand<typeof KeyCreate> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Create another API key, for a person or a program.';
  static override description = 'The value is not printed here: key show NAME does that.';
  static override examples = ['<%= config.bin %> key create alice --local'];
  static override args = { name: Args.string({ description: "the new key's name", required: true }) };

  protected async execute(): Promise<object> {
    const { io } = this.context;
    const target = await this.openTarget();
    const key = await target.keys.create(this.args.name);
    if (!this.json) io.out(`Made the key ${io.show(key.name)}.`);
    io.note(`Its value: mcp-s3 key show ${io.show(key.name)}${targetWords(this.settings)}`);
    return key;
  }
}
