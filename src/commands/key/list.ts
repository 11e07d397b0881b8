import { BaseCommand } from '../../base-command.ts';
import { glyphsFor } from '../../render/glyphs.ts';
import { formatTime } from '../../render/local-time.ts';
import { fittingWidth, renderTable } from '../../render/table.ts';
import { hiding } from '../../shared-flags.ts';
import type { KeyInfo } from '../../targets/key-admin.ts';

export default class KeyList extends BaseCommand<typeof KeyList> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'List the API keys, without their values.';
  static override examples = ['<%= config.bin %> key list --local'];

  protected async execute(): Promise<object> {
    const { io, env } = this.context;
    const target = await this.openTarget();
    const keys = await target.keys.list();
    if (!this.json) {
      const columns = [{ title: 'NAME', cut: true }, { title: 'CREATED' }, { title: 'OLD VALUE UNTIL' }];
      const table = renderTable(
        columns,
        keys.map((key) => this.row(key)),
        fittingWidth(io),
        { title: io.outStyle.bold, ellipsis: glyphsFor(env).ellipsis },
      );
      for (const line of table) io.out(line);
    }
    return { keys };
  }

  private row({ name, created_at, previous_until }: KeyInfo): string[] {
    const now = this.context.now();
    const end = previous_until === undefined ? Number.NEGATIVE_INFINITY : Date.parse(previous_until);
    return [
      this.context.io.show(name),
      formatTime(Date.parse(created_at), now, { seconds: false }),
      end > now ? formatTime(end, now, { seconds: false }) : '-',
    ];
  }
}
