import { vpcEndpoints } from '../aws/vpc-endpoints.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newEndpoints, newStage } from './remedies.ts';

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
        remedy: missing.includes('s3') ? newStage(patient.place) : newEndpoints(patient.place),
      };
    }
    const ill = found.filter(({ service, state }) => wanted.includes(service) && state !== 'available');
    if (ill.length > 0) {
      return {
        state: 'broken',
        cause: 'endpoint-unavailable',
        says: `endpoints are not available: ${ill.map(({ service, state }) => `${service} is ${state}`).join(', ')}`,
        evidence: ill.map(({ id, service, state }) => `${id} (${service}): ${state}`),
        remedy: ['wait, if it is pending', ...newEndpoints(patient.place)],
      };
    }
    const nameless = found.filter(({ service, privateDns }) => wanted.includes(service) && !privateDns);
    if (nameless.length > 0) {
      const services = nameless.map(({ service }) => service).join(', ');
      return {
        state: 'broken',
        cause: 'endpoint-private-dns',
        says: `the name of ${services} does not lead to its endpoint but out of the network, where tasks cannot go`,
        evidence: nameless.map(({ id, service }) => `${id} (${service}): private DNS is off`),
        remedy: nameless.map(
          ({ id }) =>
            `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --private-dns-enabled --region ${patient.connection.region}`,
        ),
      };
    }
    return { state: 'good', seen: wanted.join(', ') };
  },
};

const PRIVATE = ['ecr.api', 'ecr.dkr', 'logs', 'bedrock-runtime'];
