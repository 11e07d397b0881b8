import type { DeployPlan } from '../deploy/deploy-plan.ts';
import type { ParameterChange } from '../stack/parameters.ts';
import type { PlannedChange } from '../stack/planned-change.ts';
import { printable } from './printable.ts';
import { renderParts } from './resource-parts.ts';
import { renderStandingCost } from './standing-cost.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { wrapHanging } from './wrap.ts';

export interface PlanOptions {
  style: Style;
  width: number;
  /** Every resource that an update touches by its name, also the new ones and those that only follow. */
  full: boolean;
}

/** What a deployment will do, as lines for a person. */
export function renderPlan(plan: DeployPlan, options: PlanOptions): string[] {
  const { style, width } = options;
  const lines = [
    style.bold(
      plan.action === 'create' ? `Creates the stack ${plan.stack}:` : `Updates the stack ${plan.stack}:`,
    ),
    ...preliminaries(plan),
    ...settings(plan.settings, options),
    ...resources(plan, options),
    ...(plan.cost === undefined ? [] : renderStandingCost(plan.cost, options)),
  ];
  return lines.flatMap((line) => {
    const [indent = ''] = /^ */.exec(line) ?? [];
    return wrapHanging(line.slice(indent.length), width - indent.length, '    ').map((part) => indent + part);
  });
}

function preliminaries({ bootstrap, image, preparations, repairs }: DeployPlan): string[] {
  const first =
    bootstrap === 'create'
      ? ['  first the stack with bucket for templates and registry for images']
      : bootstrap === 'update'
        ? ['  the stack with bucket for templates and registry for images is updated too']
        : [];
  const built =
    image.state === 'to_build' ? [`  the ${printable(image.title)}, which is still to be built`] : [];
  return [
    ...(preparations.length === 0 ? [] : ['  for the whole account, and left there by destroy:']),
    ...preparations.map((title) => `    ${title}`),
    ...first,
    ...built,
    ...repairs.map((title) => `  ${title}`),
  ];
}

function settings(changes: ParameterChange[], { width, style }: PlanOptions): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ parameter, flag, from, to, why }) => [
    `  ${flag ?? parameter}`,
    `${from === undefined ? '' : `${value(from)} -> `}${value(to)}`,
    style.dim(why),
  ]);
  const columns = [{ title: '' }, { title: '', cut: true }, { title: '' }];
  return [style.bold('Settings'), ...renderTable(columns, rows, width)];
}

function value(text: string): string {
  return text === '' ? '(none)' : printable(text);
}

const SIGNS = { add: '+', change: '~', replace: '±', maybe_replace: '±', remove: '-' };
const WORDS = {
  add: 'new',
  change: 'changes',
  replace: 'IS REPLACED',
  maybe_replace: 'may be replaced',
  remove: 'is removed',
};

function resources({ action, resources: all }: DeployPlan, options: PlanOptions): string[] {
  const { style, full } = options;
  const changes = full ? all.changes : all.changes.filter(({ follows }) => !follows);
  const followers = all.changes.length - changes.length;
  const added = changes.filter((change) => change.action === 'add');
  const many = added.length > MANY && (action === 'create' || !full);
  const listed = many ? changes.filter((change) => change.action !== 'add') : changes;
  const lines = [...listed]
    .sort((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action))
    .flatMap((change) => changeLines(change, style));
  if (many) lines.unshift(...renderParts(added, style));
  if (followers > 0) lines.push(style.dim(`  ${followers} more refer to these and are looked at again`));
  if (all.retagged > 0) lines.push(style.dim(`  ${all.retagged} more only get the new version as a tag`));
  return lines.length === 0 ? [] : [style.bold('Resources'), ...lines];
}

/** More new resources than these are shown part by part: all of a stage are over a hundred. */
const MANY = 10;

const ORDER: PlannedChange['action'][] = ['add', 'change', 'maybe_replace', 'replace', 'remove'];

function changeLines(
  { title, logicalId, action, causes, risk, warning }: PlannedChange,
  style: Style,
): string[] {
  const paint = risk === 'data' ? style.red : risk === 'interruption' ? style.yellow : PAINT[action](style);
  const why =
    causes.length === 0 || action === 'remove' ? '' : style.dim(`  ${causes.slice(0, 4).join(', ')}`);
  const word = action === 'add' ? '' : ` ${WORDS[action]}`;
  const line = `  ${paint(`${SIGNS[action]} ${printable(title)} (${logicalId})${word}`)}${why}`;
  return warning === undefined ? [line] : [line, `      ${paint(warning)}`];
}

const PAINT: Record<PlannedChange['action'], (style: Style) => (text: string) => string> = {
  add: ({ green }) => green,
  change: () => (text) => text,
  replace: ({ yellow }) => yellow,
  maybe_replace: ({ yellow }) => yellow,
  remove: ({ yellow }) => yellow,
};
