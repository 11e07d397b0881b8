import { createServiceRole, servicesWithRole } from '../../aws/iam.ts';
import { SERVICES_WITH_ROLE } from '../../stack/account-wide.ts';
import { type Findings, ifAllowed, type Look } from './look.ts';

/** A new account lacks the roles of some services, and the stack would fail. */
export async function checkServiceRoles({ connection, signal }: Look): Promise<Findings> {
  return await ifAllowed('the service-linked roles', async () => {
    const there = await servicesWithRole(connection, signal);
    return {
      preparations: Object.entries(SERVICES_WITH_ROLE)
        .filter(([service]) => !there.has(service))
        .map(([service, name]) => ({
          title: `service-linked role of ${name}`,
          run: (abort: AbortSignal) => createServiceRole(connection, service, abort),
        })),
    };
  });
}
