import {
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DetectStackDriftCommand,
} from '@aws-sdk/client-cloudformation';
import { unfinished } from '../errors.ts';
import { sleep } from '../sleep.ts';
import { callAws } from './call.ts';
import { cloudFormation, cloudFormationCall } from './cloudformation.ts';
import type { RegionalConnection } from './connection.ts';

export interface Drifted {
  logicalId: string;
  /** `MODIFIED` or `DELETED`. */
  status: string;
  /** Paths of the properties that differ. */
  properties: string[];
}

const LIMIT_MS = 3 * 60_000;
const EVERY_MS = 2000;

/**
 * Has CloudFormation compare a stack with what there is, which takes up to a minute or two. `incomplete` says why
 * some resources could not be compared.
 * @throws unfinished (exit 5) where it takes longer
 */
export async function detectDrift(
  connection: RegionalConnection,
  stack: string,
  signal: AbortSignal,
): Promise<{ drifted: Drifted[]; incomplete: string | undefined }> {
  const client = cloudFormation(connection);
  const begun = performance.now();
  const { StackDriftDetectionId: id } = await callAws(
    cloudFormationCall(connection, 'DetectStackDrift'),
    signal,
    (abortSignal) => client.send(new DetectStackDriftCommand({ StackName: stack }), { abortSignal }),
  );
  let incomplete: string | undefined;
  for (;;) {
    const command = new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: id });
    const { DetectionStatus, DetectionStatusReason } = await callAws(
      cloudFormationCall(connection, 'DescribeStackDriftDetectionStatus'),
      signal,
      (abortSignal) => client.send(command, { abortSignal }),
    );
    if (DetectionStatus === 'DETECTION_COMPLETE') break;
    if (DetectionStatus === 'DETECTION_FAILED') {
      incomplete = DetectionStatusReason || 'no reason is given';
      break;
    }
    if (performance.now() - begun > LIMIT_MS) {
      throw unfinished(
        'drift_unknown',
        `CloudFormation is still comparing ${stack}: ${DetectionStatusReason ?? ''}`,
      );
    }
    await sleep(EVERY_MS, signal);
  }
  const drifts = new DescribeStackResourceDriftsCommand({
    StackName: stack,
    StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
    MaxResults: 100,
  });
  const { StackResourceDrifts = [] } = await callAws(
    cloudFormationCall(connection, 'DescribeStackResourceDrifts'),
    signal,
    (abortSignal) => client.send(drifts, { abortSignal }),
  );
  const drifted = StackResourceDrifts.map(
    ({ LogicalResourceId, StackResourceDriftStatus, PropertyDifferences = [] }) => ({
      logicalId: LogicalResourceId ?? '',
      status: StackResourceDriftStatus ?? '',
      properties: PropertyDifferences.map(({ PropertyPath = '' }) => PropertyPath),
    }),
  );
  return { drifted, incomplete };
}
