import { usageOfDay } from '../aws/api-usage.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** The day's quota of the current key. */
export const quota: Diagnosis<Patient> = {
  id: 'quota',
  title: "the key's quota of today",
  needs: ['key'],
  async look(patient, signal) {
    const { connection, context, place } = patient;
    const slot = await patient.keySlot();
    const [id, usagePlan] = await Promise.all([
      patient.output(`ApiKeyId${slot}`),
      patient.output('UsagePlanId'),
    ]);
    const day = new Date(context.now()).toISOString().slice(0, 10);
    const usage = (await usageOfDay(connection, { usagePlan, day }, signal)).get(id);
    const limit = Number(await patient.parameter('QuotaPerDay'));
    const used = usage?.used ?? 0;
    if (usage !== undefined && used >= limit) {
      return {
        state: 'broken',
        cause: 'quota-used-up',
        says: `the key has used its ${limit} requests of today (UTC): further ones are answered 429 "Limit Exceeded"`,
        evidence: [`usage of ${id} on ${day}: ${used} used, ${usage.remaining} left`],
        remedy: [
          `a higher quota: mcp-s3 deploy --quota ${limit * 10} ${place}`,
          `or a key of its own for each program: mcp-s3 key create NAME ${place}`,
          'it starts over at 00:00 UTC',
        ],
      };
    }
    return { state: 'good', seen: `${used} of ${limit} requests used` };
  },
};
