import { detectDrift } from '../aws/cloudformation-drift.ts';
import { unfinished } from '../errors.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** What is another way than the template says: changed by hand, or by something else. */
export const drift: Diagnosis<Patient> = {
  id: 'drift',
  title: 'differences from the template',
  needs: ['stack'],
  async look(patient, signal) {
    const { name } = await patient.stack();
    const { drifted, incomplete } = await detectDrift(patient.connection, name, signal);
    // Its numbers are the keeper's to set.
    const changed = drifted.filter(({ logicalId }) => logicalId !== 'ScalableTarget');
    if (changed.length === 0 && incomplete !== undefined) {
      throw unfinished('drift_unknown', `CloudFormation could not compare all of ${name}: ${incomplete}`);
    }
    if (changed.length === 0) return { state: 'good', seen: 'none' };
    return {
      state: 'notice',
      cause: 'drift',
      says: `${changed.length === 1 ? 'one resource is' : `${changed.length} resources are`} not as the template says: changed by hand, or by something else`,
      evidence: changed.map(
        ({ logicalId, status, properties }) =>
          `${logicalId}: ${status.toLowerCase()}${properties.length === 0 ? '' : ` (${properties.join(', ')})`}`,
      ),
      remedy: [
        'put them back by hand, as shown: a deployment only changes what the template changed',
        `aws cloudformation describe-stack-resource-drifts --stack-name ${name} --region ${patient.connection.region}`,
      ],
    };
  },
};
