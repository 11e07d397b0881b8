import { APIGatewayClient, GetUsageCommand, type GetUsageCommandOutput } from '@aws-sdk/client-api-gateway';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('API Gateway', 'apigateway');

/** What a key has used of its quota in a period that began on or before the day. */
export interface KeyUsage {
  used: number;
  remaining: number;
}

/**
 * What each key of a usage plan has used on a day, by the key's id. A key that was not used that day is missing.
 * @param day `2026-11-24`, in UTC, in which quotas of a day begin anew
 */
export async function usageOfDay(
  connection: RegionalConnection,
  { usagePlan, day }: { usagePlan: string; day: string },
  signal: AbortSignal,
): Promise<Map<string, KeyUsage>> {
  const client = clientOf(connection, APIGatewayClient, 'API_GATEWAY');
  const usage = new Map<string, KeyUsage>();
  let position: string | undefined;
  do {
    const command = new GetUsageCommand({
      usagePlanId: usagePlan,
      startDate: day,
      endDate: day,
      limit: 500,
      position,
    });
    const page: GetUsageCommandOutput = await callAws(call(connection, 'GET'), signal, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    // "Each pair is the used and the remaining quota of a day" (Usage, API Gateway's API reference).
    for (const [key, days] of Object.entries(page.items ?? {})) {
      const [used = 0, remaining = 0] = days.at(-1) ?? [];
      usage.set(key, { used, remaining });
    }
    position = page.position;
  } while (position !== undefined);
  return usage;
}
