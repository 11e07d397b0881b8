import { apiKeyValue, enableApiKey, findApiKey, keysOfPlan } from '../aws/api-keys.ts';
import { secretValue } from '../aws/secrets.ts';
import { CliError } from '../errors.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** The key that commands and clients use: deleted, disabled, outside of the plan, or another than its secret says. */
export const key: Diagnosis<Patient> = {
  id: 'key',
  title: 'API key',
  needs: ['stack'],
  async look(patient, signal) {
    const { connection, place } = patient;
    const slot = await patient.keySlot();
    const id = await patient.output(`ApiKeyId${slot}`);
    const secret = await patient.output(`ApiKeySecretArn${slot}`);
    const plan = await patient.output('UsagePlanId');
    const rotate = `a new key: mcp-s3 key rotate --grace 0s ${place}`;
    const found = await findApiKey(connection, id, signal);
    if (found === undefined) {
      return {
        state: 'broken',
        cause: 'key-deleted',
        says: `the API key ${id} of the stack was deleted: every request with it is answered 403`,
        evidence: [`apigateway GET /apikeys/${id}: not found`],
        remedy: [rotate],
      };
    }
    if (!found.enabled) {
      return {
        state: 'broken',
        cause: 'key-disabled',
        says: `the API key ${id} is disabled: every request with it is answered 403`,
        evidence: [`apigateway GET /apikeys/${id}: enabled is false`],
        remedy: [
          `aws apigateway update-api-key --api-key ${id} --patch-operations op=replace,path=/enabled,value=true --region ${connection.region}`,
        ],
        fix: {
          does: `enable the API key ${id}`,
          apply: (abort) => enableApiKey(connection, id, true, abort),
        },
      };
    }
    if (!(await keysOfPlan(connection, plan, signal)).includes(id)) {
      return {
        state: 'broken',
        cause: 'key-without-plan',
        says: `the API key ${id} is not on the usage plan ${plan}: every request with it is answered 403`,
        evidence: [`apigateway GET /usageplans/${plan}/keys: without ${id}`],
        remedy: [
          `aws apigateway create-usage-plan-key --usage-plan-id ${plan} --key-id ${id} --key-type API_KEY --region ${connection.region}`,
        ],
      };
    }
    const stored = await secretValue(connection, secret, signal).catch((error) => {
      if (error instanceof CliError && error.code === 'no_secret') return undefined;
      throw error;
    });
    if (stored === undefined) {
      return {
        state: 'broken',
        cause: 'key-secret-deleted',
        says: 'the secret that holds the API key was deleted: commands and the function for new files have no key',
        evidence: [`secretsmanager GetSecretValue ${secret}: not found`],
        remedy: [rotate],
      };
    }
    const real = await apiKeyValue(connection, id, signal);
    if (stored !== real) {
      return {
        state: 'broken',
        cause: 'key-rotated-elsewhere',
        says: 'the secret of the API key holds another value than API Gateway: it was changed outside of mcp-s3',
        evidence: [`${secret} and the key ${id} differ`],
        remedy: [rotate],
      };
    }
    return { state: 'good', seen: `key ${id} is enabled, on its plan, and the one in its secret` };
  },
};
