import { createHash } from 'node:crypto';
import type { Template } from './cfn-yaml.ts';
import { referencesOf } from './references.ts';

/** As the fragment calls it; the composed template has its hash behind the name. */
const DEPLOYMENT = 'ApiDeployment';

const SNAPSHOT_TYPES =
  /^AWS::ApiGateway::(RestApi|Resource|Method|Model|RequestValidator|GatewayResponse|Authorizer)$/;

/**
 * Gives the API's deployment a name of its own for each state of the API, and makes it wait for all of it.
 *
 * A deployment is a snapshot: an edited method is not served until there is a new one ("AWS::ApiGateway::Deployment",
 * CloudFormation's guide). What integrations resolve to counts too: a link whose subnets change is replaced, and the
 * snapshot would go on naming the deleted one. So the hash covers the API's resources, and everything that these
 * name, however far, down to the values of parameters.
 *
 * @param values of parameters, where they are known; else their defaults
 */
export function nameDeployment(template: Template, values: Readonly<Record<string, string>>): Template {
  const { Resources: resources } = template;
  const snapshot = snapshotOf(template);
  const id = deploymentId(template, values);
  const { [DEPLOYMENT]: deployment, ...others } = resources;
  const Resources = renamed(others, id) as Template['Resources'];
  const parts = snapshot.filter((name) => resources[name]!.Type !== 'AWS::ApiGateway::RestApi').sort();
  Resources[id] = {
    ...deployment!,
    DependsOn: parts.filter((name) => resources[name]!.Condition === undefined),
    Metadata: {
      ...deployment!.Metadata,
      // DependsOn may not name what a condition leaves out; a reference waits as well.
      After: parts.flatMap((name) => {
        const condition = resources[name]!.Condition;
        return condition === undefined
          ? []
          : [{ 'Fn::If': [condition, { Ref: name }, { Ref: 'AWS::NoValue' }] }];
      }),
    },
  };
  const Outputs = renamed(template.Outputs ?? {}, id) as Record<string, unknown>;
  return { ...template, Resources, Outputs };
}

/** The name that the deployment of an API has in this state. */
export function deploymentId(template: Template, values: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const name of closure(template, snapshotOf(template))) {
    const { Metadata: _, ...definition } = template.Resources[name] ?? {};
    const parameter = template.Parameters?.[name];
    const value = parameter === undefined ? definition : (values[name] ?? parameter.Default ?? null);
    hash.update(JSON.stringify([name, value, template.Conditions?.[name]]));
  }
  return `${DEPLOYMENT}${hash.digest('hex').slice(0, 10)}`;
}

function snapshotOf({ Resources }: Template): string[] {
  return Object.keys(Resources).filter((id) => SNAPSHOT_TYPES.test(Resources[id]!.Type));
}

/** Names of the start and of everything that it names, sorted. */
function closure(template: Template, start: string[]): string[] {
  const seen = new Set<string>();
  const open = [...start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const known =
      template.Resources[name] ?? template.Conditions?.[name] ?? (template.Parameters?.[name] && {});
    if (seen.has(name) || known === undefined) continue;
    seen.add(name);
    open.push(...referencesOf(known));
  }
  return [...seen].sort();
}

function renamed(value: unknown, id: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => renamed(inner, id));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'Ref' && inner === DEPLOYMENT ? id : renamed(inner, id),
    ]),
  );
}
