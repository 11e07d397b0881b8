import { vpcLink } from '../aws/vpc-link.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newStage } from './remedies.ts';

/** The link from API Gateway into the network. */
export const link: Diagnosis<Patient> = {
  id: 'link',
  title: 'link from API Gateway',
  needs: ['stack'],
  async look(patient, signal) {
    const id = await patient.output('VpcLinkId');
    const found = await vpcLink(patient.connection, id, signal);
    const evidence = [
      found === undefined
        ? `apigatewayv2 GetVpcLink ${id}: not found`
        : `VPC link ${id}: ${found.status}${found.message === '' ? '' : `: ${found.message}`}`,
    ];
    if (found === undefined || found.status === 'DELETING') {
      return {
        state: 'broken',
        cause: 'link-deleted',
        says: `the VPC link ${id} was deleted: requests are answered 500 or 504`,
        evidence,
        remedy: newStage(patient.place),
      };
    }
    if (found.status === 'INACTIVE') {
      return {
        state: 'broken',
        cause: 'link-inactive',
        says: 'the VPC link went inactive, as it does after 60 days without a request, and its network interfaces are gone',
        evidence,
        remedy: [
          `send it requests, with which it comes back within minutes: mcp-s3 verify ${patient.place}`,
          `keep it busy with a request a week, such as by a scheduled mcp-s3 status ${patient.place}`,
        ],
      };
    }
    if (found.status === 'FAILED') {
      return {
        state: 'broken',
        cause: 'link-failed',
        says: 'the VPC link failed',
        evidence,
        remedy: ['see that its subnets have free addresses', ...newStage(patient.place)],
      };
    }
    if (found.status === 'PENDING') {
      return {
        state: 'notice',
        cause: 'link-pending',
        says: 'the VPC link is being made ready, which takes some minutes: requests are answered 500 until then',
        evidence,
        remedy: [`look again in a few minutes: mcp-s3 doctor ${patient.place}`],
      };
    }
    return { state: 'good', seen: `${id}: ${found.status}` };
  },
};
