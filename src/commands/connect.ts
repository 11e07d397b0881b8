import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { CLIENTS, findClient } from '../connect/client-list.ts';
import { connectClient, placeOf } from '../connect/connect.ts';
import { usageError } from '../errors.ts';
import { programOnPath } from '../image/program-on-path.ts';
import { connectNotes } from '../render/connect.ts';
import { fittingWidth, renderTable } from '../render/table.ts';
import { targetWords } from '../settings/target-words.ts';

export default class Connect extends BaseCommand<typeof Connect> {
  static override summary = 'Print or write the configuration of an MCP client.';
  static override description = [
    "Without CLIENT it lists the clients it knows. The configuration goes to stdout, what to do with it to stderr. With --write it is merged into the client's file: comments, order and all other entries stay, and a copy of the old file is kept.",
    "The API key is never printed, and never written into a project's file, which others may see: such a file reads it from MCP_S3_API_KEY, or the client asks for it.",
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> connect',
    '<%= config.bin %> connect claude-code --write --local --folder ./notes',
    '<%= config.bin %> connect claude-desktop --write --endpoint https://abc123.execute-api.eu-west-1.amazonaws.com/v1',
  ];
  static override args = { client: Args.string({ description: 'client to configure' }) };
  static override flags = {
    write: Flags.boolean({ description: "merge it into the client's configuration file" }),
    stdio: Flags.boolean({ description: 'let the client start `mcp-s3 bridge` instead of using HTTP' }),
  };

  protected async execute(): Promise<object> {
    const { io } = this.context;
    const { client: name } = this.args;
    const { write, stdio } = this.flags;
    if (name === undefined) {
      if (write)
        throw usageError('name the client whose file is to be written', ['mcp-s3 connect lists them']);
      return this.list();
    }
    const client = findClient(name);
    const target = await this.openTarget();
    const root = this.config.root;
    const result = await connectClient(client, target, this.settings, this.context, { write, stdio, root });
    if (this.json) return result;
    if (result.status === 'shown') io.out(JSON.stringify(result.configuration, null, 2));
    else if (result.status === 'written') io.out(`Wrote ${io.show(result.file!)}`);
    else io.out(`Already there: ${io.show(result.file!)}`);
    const showKey =
      this.settings.kind === 'endpoint' ? undefined : `mcp-s3 key show${targetWords(this.settings)}`;
    for (const note of connectNotes(result, showKey)) io.note(note);
    // A desktop's file names this program by its path; what others share, by its name.
    if (result.transport === 'stdio' && client.scope !== 'user' && !this.isOnPath()) {
      io.warn('the client starts mcp-s3 by its name, which the PATH does not lead to here.');
      io.note(`To install it: npm install --global ${root}`);
    }
    return result;
  }

  private isOnPath(): boolean {
    // Windows finds the script that npm makes there by other means.
    return process.platform === 'win32' || programOnPath('mcp-s3', this.context.env) !== undefined;
  }

  private list(): object {
    const { io } = this.context;
    const place = placeOf(this.context);
    const clients = CLIENTS.map(({ name, title, scope, stdioOnly, file }) => ({
      name,
      title,
      scope,
      transport: stdioOnly ? 'stdio' : 'http',
      ...(file === undefined ? {} : { file: file(place) }),
    }));
    if (this.json) return { clients };
    const rows = clients.map(({ name, title, transport, file }) => [
      name,
      title,
      transport === 'stdio' ? 'bridge' : 'HTTP',
      file ?? 'prints only',
    ]);
    const columns = [
      { title: 'CLIENT' },
      { title: 'NAME' },
      { title: 'OVER' },
      { title: 'FILE THAT --write CHANGES' },
    ];
    for (const line of renderTable(columns, rows, fittingWidth(io), { title: io.outStyle.dim })) io.out(line);
    io.note('mcp-s3 connect CLIENT shows the configuration, --write merges it into the file.');
    return { clients };
  }
}
