import { accountRole } from '../aws/api-gateway-account.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** The role by which API Gateway writes access logs: without it three alarms hear nothing. */
export const accountRoleSet: Diagnosis<Patient> = {
  id: 'account-role',
  title: "API Gateway's role for logs",
  needs: ['stack'],
  async look({ connection, place }, signal) {
    const role = await accountRole(connection, signal);
    if (role !== undefined) return { state: 'good', seen: role };
    return {
      state: 'broken',
      cause: 'account-role-missing',
      says: 'API Gateway has no role in this region to write access logs with: failures, 403s and 429s are not counted',
      evidence: ['apigateway GET /account: no cloudwatchRoleArn'],
      remedy: [`mcp-s3 deploy ${place}`],
    };
  },
};
