import { vpcEndpoints } from '../aws/vpc-endpoints.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** The ways to AWS that tasks need in a network without a way out. */
export const endpoints: Diagnosis<Patient> = {
  id: 'endpoints',
  title: 'endpoints of AWS services',
  needs: ['way-out'],
  async look(patient, signal) {
    const wanted = ['s3', ...((await patient.parameter('NetworkMode')) === 'private' ? PRIVATE : [])];
    const found = await vpcEndpoints(patient.connection, await patient.output('VpcId'), signal);
    const missing = wanted.filter((service) => !found.some((endpoint) => endpoint.service === service));
    if (missing.length > 0) {
      return {
        state: 'broken',
        cause: 'endpoint-missing',
        says: `the network has no endpoint of ${missing.join(', ')}: tasks cannot reach it`,
        evidence: [`endpoints: ${found.map(({ service }) => service).join(', ') || 'none'}`],
        remedy: [`mcp-s3 destroy --keep-bucket ${patient.place}, then mcp-s3 deploy ${patient.place}`],
      };
    }
    const ill = found.filter(({ service, state }) => wanted.includes(service) && state !== 'available');
    if (ill.length > 0) {
      return {
        state: 'broken',
        cause: 'endpoint-unavailable',
        says: `endpoints are not available: ${ill.map(({ service, state }) => `${service} is ${state}`).join(', ')}`,
        evidence: ill.map(({ id, service, state }) => `${id} (${service}): ${state}`),
        remedy: ['wait, if it is pending', `mcp-s3 deploy ${patient.place}`],
      };
    }
    return { state: 'good', seen: wanted.join(', ') };
  },
};

const PRIVATE = ['ecr.api', 'ecr.dkr', 'logs', 'bedrock-runtime'];
