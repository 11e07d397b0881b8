import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { formatTime } from '../../render/local-time.ts';
import { parseDuration } from '../../settings/duration.ts';
import { targetWords } from '../../settings/target-words.ts';
import { hiding } from '../../shared-flags.ts';

export default class KeyRotate extends BaseCommand<typeof KeyRotate> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Give an API key a new value.';
  static override description =
    'The old value is still accepted for the time of --grace, so that clients can change over; 0s ends it at once.';
  static override examples = [
    '<%= config.bin %> key rotate --local',
    '<%= config.bin %> key rotate alice --grace 0s --local',
  ];
  static override args = { name: Args.string({ description: "the key's name", default: 'default' }) };
  static override flags = {
    grace: Flags.string({
      description: 'how long the old value is still accepted',
      default: '24h',
      helpValue: 'TIME',
    }),
  };

  protected async execute(): Promise<object> {
    const { io, now } = this.context;
    const graceMs = parseDuration(this.flags.grace, '--grace');
    const target = await this.openTarget();
    const key = await target.keys.rotate(this.args.name, graceMs);
    if (!this.json) io.out(`The key ${io.show(key.name)} has a new value.`);
    io.note(
      key.previous_until === undefined
        ? 'The old one is not accepted any more.'
        : `The old one is accepted until ${formatTime(Date.parse(key.previous_until), now())}.`,
    );
    const name = key.name === 'default' ? '' : ` ${io.show(key.name)}`;
    io.note(`See it: mcp-s3 key show${name}${targetWords(this.settings)}`);
    return key;
  }
}
