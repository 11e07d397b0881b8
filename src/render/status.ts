import type { StagesReport } from '../targets/stages-report.ts';
import type { StatusReport } from '../targets/target.ts';
import { formatTime } from './local-time.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

/**
 * One line for each thing that is known.
 * @param show makes what came from outside safe for where it is shown
 */
export function renderStatus(
  { details, ...report }: StatusReport,
  style: Style,
  show: (text: string) => string,
): string[] {
  const rows = Object.entries({ ...report, ...details }).filter(([, value]) => value !== '');
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(
    ([name, value]) => `${style.dim(name.replaceAll('_', ' ').padEnd(width))}  ${show(String(value))}`,
  );
}

/** The stages of all regions as a table. */
export function renderStages(
  { stages, regions }: StagesReport,
  { style, width, now }: { style: Style; width: number; now: number },
): string[] {
  if (stages.length === 0) return [`No stage in ${regions} regions.`];
  const columns = [
    { title: 'Region' },
    { title: 'Stage' },
    { title: 'Version' },
    { title: 'Stack' },
    { title: 'Deployed' },
    { title: 'Endpoint', cut: true },
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
