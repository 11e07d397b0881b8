import { at, listAt, numberAt, textAt } from './read.ts';
import type { Settled, SettledResource } from './settled.ts';
import { idOf } from './spell.ts';

/** An ECS service with what it is joined to, as far as it is there. */
export interface ServiceParts {
  service: SettledResource;
  taskDefinition: SettledResource | undefined;
  containers: unknown[];
  /** Logical ids. */
  subnets: string[];
  groups: string[];
  publicAddress: boolean;
  balanced: Balanced[];
}

/** How a load balancer reaches a container of the service. */
export interface Balanced {
  /** Of the service's `LoadBalancers`. */
  path: string;
  containerName: string;
  port: number;
  targetGroup: SettledResource | undefined;
  listeners: SettledResource[];
}

export function servicesOf(stack: Settled): ServiceParts[] {
  return stack.ofType('ECS::Service').map((service) => {
    const { properties } = service;
    const network = 'NetworkConfiguration.AwsvpcConfiguration';
    const taskDefinition = stack.resources.get(idOf(properties.TaskDefinition) ?? '');
    return {
      service,
      taskDefinition,
      containers: listAt(taskDefinition?.properties, 'ContainerDefinitions'),
      subnets: idsAt(properties, `${network}.Subnets`),
      groups: idsAt(properties, `${network}.SecurityGroups`),
      publicAddress: at(properties, `${network}.AssignPublicIp`) === 'ENABLED',
      balanced: listAt(properties, 'LoadBalancers').map((entry, index) => {
        const group = idOf(textAt(entry, 'TargetGroupArn')) ?? '';
        return {
          path: `Properties.LoadBalancers.${index}`,
          containerName: textAt(entry, 'ContainerName'),
          port: numberAt(entry, 'ContainerPort'),
          targetGroup: stack.resources.get(group),
          listeners: stack.ofType('ElasticLoadBalancingV2::Listener').filter((listener) => {
            const actions = listAt(listener.properties, 'DefaultActions');
            return actions.some((action) => idOf(textAt(action, 'TargetGroupArn')) === group);
          }),
        };
      }),
    };
  });
}

/** Logical ids in a list of references. */
export function idsAt(value: unknown, path: string): string[] {
  return listAt(value, path).flatMap((reference) => idOf(reference) ?? []);
}
