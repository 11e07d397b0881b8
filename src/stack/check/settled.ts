import type { Parameters } from '../deploy-settings.ts';

/**
 * A resource with conditions decided, parameters filled in, and references as text (`${Bucket.Arn}`). One that two
 * states share is the same object in both.
 */
export interface SettledResource {
  id: string;
  /** Such as `AWS::ECS::Service`. */
  type: string;
  properties: Record<string, unknown>;
  /** What stands beside the properties, such as `DeletionPolicy`. */
  attributes: Record<string, unknown>;
  /** Resources that it refers to anywhere, and `DependsOn`: they exist before it does. Also `AWS::Region` and the like. */
  needs: Set<string>;
}

export interface SettledOutput {
  name: string;
  value: unknown;
  needs: Set<string>;
}

/** A stack as certain parameters make it. */
export class Settled {
  readonly values: Parameters;
  readonly resources: ReadonlyMap<string, SettledResource>;
  readonly outputs: readonly SettledOutput[];
  private readonly types = new Map<string, SettledResource[]>();

  constructor(values: Parameters, resources: SettledResource[], outputs: SettledOutput[]) {
    this.values = values;
    this.outputs = outputs;
    this.resources = new Map(resources.map((resource) => [resource.id, resource]));
    for (const resource of resources) {
      const same = this.types.get(resource.type);
      if (same === undefined) this.types.set(resource.type, [resource]);
      else same.push(resource);
    }
  }

  /** @param type such as `ECS::Service` */
  ofType(type: string): readonly SettledResource[] {
    return this.types.get(`AWS::${type}`) ?? [];
  }

  /** All that exists before a resource does, directly or not. */
  before(id: string): Set<string> {
    const seen = new Set<string>();
    const open = [...(this.resources.get(id)?.needs ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(this.resources.get(next)?.needs ?? []));
    }
    return seen;
  }
}
