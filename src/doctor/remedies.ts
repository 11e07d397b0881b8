import type { Patient } from './patient.ts';

/** Where a part cannot be had back by itself: CloudFormation makes nothing anew that its template has as before. */
export function newStage(place: string): string[] {
  return [
    `make the stage again: mcp-s3 destroy --keep-bucket ${place}, then mcp-s3 deploy ${place}`,
    'its address and its bucket are new ones then: copy the files with aws s3 sync',
  ];
}

/** Rule, queues and function for new files come and go with this setting. */
export function newUploadWay(place: string): string[] {
  return [
    `make these parts again: mcp-s3 deploy --presummarize off ${place}, then mcp-s3 deploy --presummarize on ${place}`,
  ];
}

/** The endpoints of a private network come and go with this setting. */
export function newEndpoints(place: string): string[] {
  return [
    `make the endpoints again: mcp-s3 deploy --network public-egress ${place}, then mcp-s3 deploy --network private ${place}`,
  ];
}

/** Tasks that run are replaced one after the other, and those that do not are begun again. */
export async function newTasks(patient: Patient): Promise<string> {
  return `start them again: ${await updateService(patient, '--force-new-deployment')}`;
}

/** The line that changes the ECS service of the stage. */
export async function updateService(patient: Patient, flags: string): Promise<string> {
  const [cluster, name] = [await patient.output('ClusterName'), await patient.output('ServiceName')];
  return `aws ecs update-service --cluster ${cluster} --service ${name} ${flags} --region ${patient.connection.region}`;
}
