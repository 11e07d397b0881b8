import { accountRoleSet } from './account-role.ts';
import { bucket } from './bucket.ts';
import { bucketEvents } from './bucket-events.ts';
import { credentials } from './credentials.ts';
import { deadLetters } from './dead-letters.ts';
import { definition } from './definition.ts';
import type { Diagnosis } from './diagnosis.ts';
import { drift } from './drift.ts';
import { endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { firewalls } from './firewalls.ts';
import { image } from './image.ts';
import { key } from './key.ts';
import { link } from './link.ts';
import { balancer } from './load-balancer.ts';
import { mail } from './mail.ts';
import { model } from './model.ts';
import type { Patient } from './patient.ts';
import { platform } from './platform.ts';
import { quota } from './quota.ts';
import { awake } from './sleep.ts';
import { stack } from './stack.ts';
import { targetHealth } from './target-health.ts';
import { tasks } from './tasks.ts';
import { uploadFunction } from './upload-function.ts';
import { uploadQueue } from './upload-queue.ts';
import { uploadRule } from './upload-rule.ts';
import { wayIn } from './way-in.ts';
import { wayOut } from './way-out.ts';

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
  targetHealth,
  endpoint,
  model,
  bucket,
  bucketEvents,
  uploadRule,
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
