import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { factsOf } from './aws-error.ts';
import { callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('Service Quotas', 'servicequotas');
const isMissing = (error: unknown) => factsOf(error).name === 'NoSuchResourceException';

/** A quota of the account in a region, by the codes that Service Quotas shows. */
export interface Quota {
  service: string;
  code: string;
}

/** The account's own value, else AWS's default; undefined where Service Quotas has neither. */
export async function quotaValue(
  connection: RegionalConnection,
  { service, code }: Quota,
  signal: AbortSignal,
): Promise<number | undefined> {
  const input = { ServiceCode: service, QuotaCode: code };
  const client = clientOf(connection, ServiceQuotasClient, 'SERVICE_QUOTAS');
  const own = await findAws(call(connection, 'GetServiceQuota'), signal, isMissing, (abortSignal) =>
    client.send(new GetServiceQuotaCommand(input), { abortSignal }),
  );
  if (own !== undefined) return own.Quota?.Value;
  const usual = await findAws(
    call(connection, 'GetAWSDefaultServiceQuota'),
    signal,
    isMissing,
    (abortSignal) => client.send(new GetAWSDefaultServiceQuotaCommand(input), { abortSignal }),
  );
  return usual?.Quota?.Value;
}
