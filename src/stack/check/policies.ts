import { listAt, textAt } from './read.ts';
import type { Settled, SettledResource } from './settled.ts';

/** One statement of a policy document in a template. */
export interface Statement {
  resource: string;
  /** Type of the resource that holds it, such as `AWS::IAM::Role`. */
  type: string;
  path: string;
  effect: string;
  sid: string;
  /** Undefined in what a role or a user may do. */
  principal: unknown;
  actions: string[];
  targets: string[];
  condition: unknown;
}

/** Properties that hold policies: `PolicyDocument`, `AssumeRolePolicyDocument`, `Policies`, `KeyPolicy`… */
const POLICY = /Polic(y|ies)/;

/** Resources are the same in most states of a stack. */
const known = new WeakMap<SettledResource, Statement[]>();

/** Every statement of every policy document, whatever property holds it. */
export function statementsOf(stack: Settled): Statement[] {
  return [...stack.resources.values()].flatMap(statementsIn);
}

/** The statements in one resource. */
export function statementsIn(resource: SettledResource): Statement[] {
  let statements = known.get(resource);
  if (statements === undefined) {
    const { id, type, properties } = resource;
    statements = Object.entries(properties).flatMap(([key, value]) =>
      POLICY.test(key) ? inValue(value, `Properties.${key}`, id, type) : [],
    );
    known.set(resource, statements);
  }
  return statements;
}

function inValue(value: unknown, path: string, resource: string, type: string): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = `${path}.${key}`;
    if (key !== 'Statement') return inValue(inner, place, resource, type);
    return [inner].flat().map((statement, index) => ({
      resource,
      type,
      path: `${place}.${index}`,
      effect: textAt(statement, 'Effect'),
      sid: textAt(statement, 'Sid'),
      principal: (statement as { Principal?: unknown }).Principal,
      actions: listAt(statement, 'Action').map(String),
      targets: listAt(statement, 'Resource').map(String),
      condition: (statement as { Condition?: unknown }).Condition,
    }));
  });
}
