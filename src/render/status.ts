import type { StagesReport } from '../targets/stages-report.ts';
import type { StatusReport } from '../targets/target.ts';
import { formatTime } from './local-time.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

/**
 * One line for each thing that is known, moments on this machine's clock.
 * @param now milliseconds since the epoch
 * @param show makes what came from outside safe for where it is shown
 */
export function renderStatus(
  { details, ...report }: StatusReport,
  { style, now }: { style: Style; now: number },
  show: (text: string) => string,
): string[] {
  const rows = Object.entries({ ...report, ...details }).filter(([, value]) => value !== '');
  const width = Math.max(...rows.map(([name]) => name.length));
  const known = new Map<string, unknown>(rows);
  return rows.map(
    ([name, value]) =>
      `${style.dim(name.replaceAll('_', ' ').padEnd(width))}  ${paint(name, known, style)(show(shown(value, now)))}`,
  );
}

/** What is well and what needs somebody, at one look. */
function paint(name: string, rows: Map<string, unknown>, { green, red, yellow }: Style) {
  const value = rows.get(name);
  switch (name) {
    case 'health':
      // Of the load balancer alone, where the service itself did not answer.
      return value === 'healthy' && !rows.has('could_not_look') ? green : yellow;
    case 'alarms_ringing':
      return value === 'none' ? green : red;
    case 'could_not_look':
      return yellow;
    default:
      return (text: string) => text;
  }
}

function shown(value: string | number | boolean, now: number): string {
  return typeof value === 'string' && ISO_TIME.test(value)
    ? formatTime(Date.parse(value), now, { seconds: false })
    : String(value);
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** The stages of all regions as a table. */
export function renderStages(
  { stages, regions }: StagesReport,
  { style, width, now }: { style: Style; width: number; now: number },
): string[] {
  if (stages.length === 0) return [`No stage in ${regions} regions.`];
  const columns = [
    { title: 'REGION' },
    { title: 'STAGE' },
    { title: 'VERSION' },
    { title: 'STACK' },
    { title: 'DEPLOYED' },
    { title: 'ENDPOINT', cut: true },
  ];
  const rows = stages.map(({ region, stage, version, status, last_deployment, endpoint }) => [
    region,
    style.bold(stage),
    version,
    /^(CREATE|UPDATE)_COMPLETE$/.test(status) ? style.green(status) : style.yellow(status),
    formatTime(Date.parse(last_deployment), now, { seconds: false }),
    endpoint,
  ]);
  return renderTable(columns, rows, width, { title: style.bold });
}
