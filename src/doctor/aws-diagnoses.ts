import { accountRoleSet } from './account-role.ts';
import { bucket, bucketEvents } from './bucket.ts';
import { credentials } from './credentials.ts';
import { definition } from './definition.ts';
import type { Diagnosis } from './diagnosis.ts';
import { drift } from './drift.ts';
import { endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { image } from './image.ts';
import { key } from './key.ts';
import { link } from './link.ts';
import { mail } from './mail.ts';
import { model } from './model.ts';
import { firewalls, wayIn, wayOut } from './network-path.ts';
import type { Patient } from './patient.ts';
import { platform } from './platform.ts';
import { quota } from './quota.ts';
import { awake } from './sleep.ts';
import { stack } from './stack.ts';
import { balancer, targets } from './targets.ts';
import { tasks } from './tasks.ts';
import { deadLetters, rule, uploadFunction, uploadQueue } from './upload-way.ts';

/** The way of a request, then that of an upload, then what stands beside both. */
export const AWS_DIAGNOSES: Diagnosis<Patient>[] = [
  credentials,
  stack,
  key,
  quota,
  link,
  firewalls,
  wayIn,
  balancer,
  awake,
  definition,
  image,
  platform,
  wayOut,
  endpoints,
  tasks,
  targets,
  endpoint,
  model,
  bucket,
  bucketEvents,
  rule,
  uploadQueue,
  uploadFunction,
  deadLetters,
  accountRoleSet,
  mail,
  drift,
];

/** What a look is called for people; the id itself where there is none of it. */
export function lookTitle(id: string): string {
  return AWS_DIAGNOSES.find((diagnosis) => diagnosis.id === id)?.title ?? id;
}
