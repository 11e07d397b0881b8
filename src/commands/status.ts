import { BaseCommand } from '../base-command.ts';

export default class Status extends BaseCommand<typeof Status> {
  static override summary = 'Show whether the service is healthy, where it is and how much it was used.';
  static override examples = ['<%= config.bin %> status --local', '<%= config.bin %> status --local --json'];

  protected async execute(): Promise<object> {
    const target = await this.openTarget();
    const { details, ...report } = await target.status(this.context.signal);
    const { io } = this.context;
    if (!this.json) {
      const rows = Object.entries({ ...report, ...details }).filter(([, value]) => value !== '');
      const width = Math.max(...rows.map(([name]) => name.length));
      for (const [name, value] of rows) {
        io.out(`${io.outStyle.dim(label(name).padEnd(width))}  ${io.show(String(value))}`);
      }
    }
    return { ...report, ...details };
  }
}

function label(name: string): string {
  return name.replaceAll('_', ' ');
}
