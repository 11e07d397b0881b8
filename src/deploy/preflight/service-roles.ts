import { createServiceRole, servicesWithRole } from '../../aws/iam.ts';
import { type Findings, ifAllowed, type Look } from './look.ts';

/** Services that act in the account by a role of their own. A new account lacks it, and the stack would fail. */
const SERVICES: Record<string, string> = {
  'ecs.amazonaws.com': 'ECS',
  'ecs.application-autoscaling.amazonaws.com': 'the scaling of ECS',
  'elasticloadbalancing.amazonaws.com': 'Elastic Load Balancing',
  'ops.apigateway.amazonaws.com': 'API Gateway',
};

export async function checkServiceRoles({ connection, signal }: Look): Promise<Findings> {
  return await ifAllowed('the service-linked roles', async () => {
    const there = await servicesWithRole(connection, signal);
    return {
      preparations: Object.entries(SERVICES)
        .filter(([service]) => !there.has(service))
        .map(([service, name]) => ({
          title: `service-linked role of ${name}`,
          run: (abort: AbortSignal) => createServiceRole(connection, service, abort),
        })),
    };
  });
}
