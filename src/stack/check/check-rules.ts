import type { Template } from '../compose/compose.ts';
import type { Parameters } from '../deploy-settings.ts';
import type { Finding } from './finding.ts';
import type { Problem, Rule, Whole } from './rule.ts';
import { RULES } from './rules.ts';
import { SAMPLE_VALUES } from './sample-values.ts';
import { settler } from './settle.ts';
import type { Settled } from './settled.ts';
import { statesOf } from './states.ts';

/** The contract's longest name of a stage. */
const LONGEST_STAGE = 'a-stage-of-20-letter';

/**
 * Asks our own rules about a template, in every state that its conditions allow. Takes milliseconds.
 * @param body the template as CloudFormation gets it, which has a limit of its own
 * @param values of parameters, as they were composed with
 */
export function checkRules(
  template: Template,
  body: string,
  values: Parameters = {},
  rules: readonly Rule[] = RULES,
): Finding[] {
  return ask(rules, { template, body, values }, (usual) => [
    ...statesOf(template, usual),
    { ...usual, Stage: LONGEST_STAGE },
  ]);
}

/**
 * The same for the one stack that these values make, and no other: what is about to be deployed.
 * @param values what has none yet, as an image that is still to be built, is taken for a usual one
 */
export function checkStack(template: Template, body: string, values: Parameters): Finding[] {
  const known = Object.entries(values).filter(([name, value]) => value !== '' || !(name in SAMPLE_VALUES));
  return ask(RULES, { template, body, values: Object.fromEntries(known) }, (usual) => [usual]);
}

function ask(
  rules: readonly Rule[],
  whole: Whole,
  statesFrom: (usual: Parameters) => Parameters[],
): Finding[] {
  const { template, values } = whole;
  const found = new Map<string, Finding>();
  const add = (rule: string, { severity = 'error', ...problem }: Problem) => {
    const finding = { rule, severity, ...problem };
    const { resource, path, message } = finding;
    found.set(JSON.stringify([rule, resource, path, message]), finding);
  };
  for (const rule of rules) {
    for (const problem of rule.whole?.(whole) ?? []) add(rule.id, problem);
  }
  const settle = settler(template);
  for (const state of statesFrom({ ...SAMPLE_VALUES, ...values })) {
    let stack: Settled;
    try {
      stack = settle(state);
    } catch (error) {
      // Without the conditions nothing else can be judged. What is missing was told above, where it has a name.
      const told = [...found.values()].some(({ rule }) => rule === 'undefined-name');
      const message = `the conditions cannot be evaluated: ${(error as Error).message}`;
      if (!told) add('undefined-name', { message });
      break;
    }
    for (const rule of rules) for (const problem of rule.settled?.(stack) ?? []) add(rule.id, problem);
  }
  const order = new Map(rules.map(({ id }, index) => [id, index]));
  return [...found.values()].sort((a, b) => (order.get(a.rule) ?? -1) - (order.get(b.rule) ?? -1));
}
