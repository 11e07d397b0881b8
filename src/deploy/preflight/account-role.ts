import { accountRole, setAccountRole } from '../../aws/api-gateway-account.ts';
import { createRole, findRole } from '../../aws/iam.ts';
import { ACCOUNT_ROLE } from '../../stack/account-wide.ts';
import { type Findings, ifAllowed, type Look } from './look.ts';

/**
 * API Gateway writes access logs by one role for each account and region. A stack that owned it would take it away
 * from the account's other APIs, so it is set here where it is unset, or where it names a role that is gone.
 */
export async function checkAccountRole({ connection, identity, signal }: Look): Promise<Findings> {
  return await ifAllowed("API Gateway's role for logs", async () => {
    const arn = await accountRole(connection, signal);
    const name = arn?.slice(arn.lastIndexOf('/') + 1);
    if (name !== undefined && (await findRole(connection, name, signal)) !== undefined) return {};
    return {
      preparations: [
        {
          title: `role by which API Gateway writes logs in ${connection.region} (${ACCOUNT_ROLE})`,
          async run(abort: AbortSignal) {
            const role = await createRole(
              connection,
              {
                name: ACCOUNT_ROLE,
                description: 'Lets API Gateway write the access logs of all APIs of this account',
                service: 'apigateway.amazonaws.com',
                policy: `arn:${identity.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
                tags: { 'mcp-s3': 'api-gateway-logs' },
              },
              abort,
            );
            await setAccountRole(connection, role, abort);
          },
        },
      ],
    };
  });
}
