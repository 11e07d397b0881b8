import { Args } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { formatTime } from '../../render/local-time.ts';
import { hiding } from '../../shared-flags.ts';

export default class KeyShow extends BaseCommand<typeof KeyShow> {
  static override baseFlags = hiding('endpoint');
  static override summary = "Print an API key's value.";
  static override examples = [
    '<%= config.bin %> key show --local',
    '<%= config.bin %> key show alice --local',
    'export MCP_S3_API_KEY="$(<%= config.bin %> key show --local)"',
  ];
  static override args = { name: Args.string({ description: "the key's name", default: 'default' }) };

  protected async execute(): Promise<object> {
    const { io, now } = this.context;
    const target = await this.openTarget();
    const key = await target.keys.show(this.args.name);
    if (!this.json) io.out(key.value);
    if (key.previous_until !== undefined && Date.parse(key.previous_until) > now()) {
      io.note(`The value before it is accepted until ${formatTime(Date.parse(key.previous_until), now())}.`);
    }
    return key;
  }
}
