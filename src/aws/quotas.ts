import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

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
  const own = await orMissing(connection, 'GetServiceQuota', signal, (abortSignal) =>
    client.send(new GetServiceQuotaCommand(input), { abortSignal }),
  );
  if (own !== undefined) return own.Quota?.Value;
  const usual = await orMissing(connection, 'GetAWSDefaultServiceQuota', signal, (abortSignal) =>
    client.send(new GetAWSDefaultServiceQuotaCommand(input), { abortSignal }),
  );
  return usual?.Quota?.Value;
}

async function orMissing<T>(
  { profile, region }: RegionalConnection,
  operation: string,
  signal: AbortSignal,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const call = { service: 'Service Quotas', action: `servicequotas:${operation}`, profile, region };
  return await callAws(call, signal, async (abortSignal) => {
    try {
      return await send(abortSignal);
    } catch (error) {
      if (factsOf(error).name === 'NoSuchResourceException') return undefined;
      throw error;
    }
  });
}
