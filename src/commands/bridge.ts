import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { runBridge } from '../bridge/run-bridge.ts';
import { usageError } from '../errors.ts';

export default class Bridge extends BaseCommand<typeof Bridge> {
  static override summary = 'Run as an MCP server on standard input and output.';
  static override description =
    'For MCP clients that start their servers themselves, or cannot send an API key. It forwards to the service, in both generations of the protocol, waits for one that is asleep, and slows down when the service asks for it. With --local, and no `dev` running, it serves the folder itself. It ends when its input ends. Standard output carries the protocol; messages for people go to standard error.';
  static override examples = [
    '<%= config.bin %> bridge --local --folder ./notes',
    '<%= config.bin %> bridge --endpoint https://abc123.execute-api.eu-west-1.amazonaws.com/v1',
  ];
  static override flags = { json: Flags.boolean({ hidden: true }) };

  protected override readonly untilStopped = true;

  protected async execute(): Promise<undefined> {
    if (this.flags.json) throw usageError('bridge has no --json: its output is the protocol');
    await runBridge(await this.openTarget(), this.context);
  }
}
