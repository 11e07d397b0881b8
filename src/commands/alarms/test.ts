import { Args } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { EXIT, usageError } from '../../errors.ts';
import { targetWords } from '../../settings/target-words.ts';
import { hiding } from '../../shared-flags.ts';

export default class AlarmsTest extends BaseCommand<typeof AlarmsTest> {
  static override baseFlags = hiding('local', 'folder', 'endpoint');
  static override summary = 'Set off an alarm on purpose, to see whether its mail reaches you.';
  static override description =
    'The alarm is put into ALARM, which sends its mail, and back once CloudWatch says that the message was sent. The mail says that it is a test. Ctrl-C puts the alarm back too.';
  static override examples = [
    '<%= config.bin %> alarms test',
    '<%= config.bin %> alarms test latency --stage prod',
  ];
  static override args = {
    alarm: Args.string({
      description: 'the alarm, with or without mcp-STAGE- in front',
      default: 'error-logs',
    }),
  };

  protected async execute(): Promise<object> {
    const { io, signal } = this.context;
    const target = await this.openTarget();
    if (target.testAlarm === undefined) {
      throw usageError(`the alarms of the ${target.kind} target send no mail, so there is nothing to test`, [
        'alarms send mail on AWS: mcp-s3 deploy --email you@example.com',
        `to see the alarms: mcp-s3 alarms${targetWords(this.settings)}`,
      ]);
    }
    io.note(`Testing the alarm ${io.show(this.args.alarm)} of ${target.describe()}.`);
    const result = await target.testAlarm(this.args.alarm, signal);
    if (!result.sent) this.exitCode = EXIT.unfinished;
    if (!this.json) {
      const { alarm, told, sent, set_back_to } = result;
      io.out(
        sent
          ? `CloudWatch sent the message of ${io.show(alarm)}. It is back at ${set_back_to}.`
          : `${io.show(alarm)} rang and is back at ${set_back_to}; CloudWatch has not said yet that it sent the message.`,
      );
      io.out(`Look for it at: ${told.map((each) => io.show(each)).join(', ')}`);
    }
    return result;
  }
}
