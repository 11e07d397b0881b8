import type { Cause } from './causes.ts';
import type { Trouble } from './diagnosis.ts';
import { newStage } from './remedies.ts';

/** What the lines of the remedies name. */
export interface StopPlace {
  /** Words that lead a command of ours to the stage. */
  place: string;
  region: string;
  stack: string;
  vpc: string;
  logGroup: string;
  /** MiB that a task has now. */
  memory: number;
  /** The platform that tasks do not run on now. */
  otherPlatform: string;
}

interface Reason {
  /** ECS's own words ("Stopped tasks error messages", Amazon ECS Developer Guide). */
  words: RegExp;
  cause: Cause;
  says: string;
  remedy: (at: StopPlace, words: string) => string[];
}

/** The first that fits counts: the words of the particular come before those of the general. */
const REASONS: Reason[] = [
  {
    words: /exec format error/i,
    cause: 'image-platform',
    says: 'the image is for another processor than the tasks have',
    remedy: ({ place }) => [`build it for theirs: mcp-s3 deploy --reset image-uri ${place}`],
  },
  {
    words: /image Manifest does not contain descriptor matching platform/i,
    cause: 'image-platform',
    says: 'the image has none for the platform of the tasks',
    remedy: ({ place }) => [`build it for theirs: mcp-s3 deploy --reset image-uri ${place}`],
  },
  {
    words: /CannotPullContainerError.*(not found|manifest unknown|does not exist|invalid reference)/is,
    cause: 'image-missing',
    says: 'the registry has no such image',
    remedy: ({ place }) => [`build and push it: mcp-s3 deploy --reset image-uri ${place}`],
  },
  {
    words: /toomanyrequests|pull rate limit/i,
    cause: 'pull-throttled',
    says: 'the registry lets nobody here pull more images for now',
    remedy: ({ place }) => [
      `have it in your own registry: mcp-s3 deploy --reset image-uri ${place}`,
      'or wait: ECS goes on trying',
    ],
  },
  {
    words: /no space left on device/i,
    cause: 'image-too-large',
    says: 'the image does not fit on the disk of a task',
    remedy: ({ place }) => [`the one that belongs to it does: mcp-s3 deploy --reset image-uri ${place}`],
  },
  {
    words:
      /(CannotPullContainer|ResourceInitialization)Error.*(access ?denied|not authorized|unauthorized|forbidden|\b403\b|denied)/is,
    cause: 'pull-denied',
    says: 'the execution role may not pull the image',
    remedy: (at) => [
      `see what was taken from it, and put that back: ${driftOf('ExecutionRole', at)}`,
      "for a repository elsewhere: allow this account's execution role in its policy",
    ],
  },
  {
    words: /log group (does not exist|defined in the task definition)/i,
    cause: 'log-group-deleted',
    says: 'the log group of the tasks is gone: without it none starts',
    remedy: ({ logGroup, region }) => [
      `make it again: aws logs create-log-group --log-group-name ${logGroup} --region ${region}`,
    ],
  },
  {
    words: /network interface|insufficient free addresses/i,
    cause: 'network-interface',
    says: 'AWS could not give a task its network interface',
    remedy: (at) => [
      `see that the subnets have free addresses: ${inNetwork('subnets', at)} --query 'Subnets[].[SubnetId,AvailableIpAddressCount]'`,
      'or wait: ECS tries again',
    ],
  },
  {
    words:
      /(CannotPullContainerError|ResourceInitializationError).*(timeout|timed out|deadline|connect|dial tcp|i\/o)/is,
    cause: 'no-way-to-registry',
    says: 'tasks cannot reach the registry, its storage in S3, or the log, although firewalls and endpoints are well',
    remedy: (at) => [
      `see what else is in the way: ${inNetwork('network-acls', at)}`,
      `and which way their subnets lead: ${inNetwork('route-tables', at)}`,
    ],
  },
  {
    words: /unable to assume (the )?role|AssumeRole|proper trust relationship/i,
    cause: 'role',
    says: 'ECS cannot take on a role of the tasks: it was deleted, or its trust was changed',
    remedy: (at, words) => [
      `see what was changed, and put that back: ${driftOf(/ExecutionRole/.test(words) ? 'ExecutionRole' : 'TaskRole', at)}`,
      ...newStage(at.place).map((step, i) => (i === 0 ? `where it was deleted, ${step}` : step)),
    ],
  },
  {
    words: /capacity is unavailable|RESOURCE:|Capacity provider.*unavailable/i,
    cause: 'no-capacity',
    says: 'AWS has no free capacity for tasks of this kind at this moment',
    remedy: ({ place, otherPlatform }) => [
      `not only on Spot: mcp-s3 deploy --spot-percent 0 ${place}`,
      `another processor: mcp-s3 deploy --platform ${otherPlatform} ${place}`,
      'or wait: ECS goes on trying',
    ],
  },
  {
    words: /reached the limit on the number of (tasks|vCPUs)|vCPU limit|LimitExceeded/i,
    cause: 'quota',
    says: "the account's quota of Fargate is used up",
    remedy: ({ region }) => [
      `see how much it is: aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538 --region ${region}`,
      `ask for more: aws service-quotas request-service-quota-increase --service-code fargate --quota-code L-3032A538 --desired-value VCPUS --region ${region}`,
    ],
  },
  {
    words: /OutOfMemory/i,
    cause: 'out-of-memory',
    says: 'a task ran out of memory',
    remedy: ({ place, memory }) => [`give it more: mcp-s3 deploy --memory ${memory * 2} ${place}`],
  },
  {
    words: /failed (ELB|container) health checks|is unhealthy in \(target-group/i,
    cause: 'target-health',
    says: 'tasks start, and are stopped because their health check fails',
    remedy: ({ place }) => [`the service's own words: mcp-s3 logs --since 30m ${place}`],
  },
  {
    words: /Spot interruption|Your Spot Task was interrupted/i,
    cause: 'spot-interruption',
    says: 'AWS took the Spot capacity back',
    remedy: ({ place }) => [`keep some off Spot: mcp-s3 deploy --on-demand-base 1 ${place}`],
  },
  {
    words: /Essential container in task exited/i,
    cause: 'crash',
    says: 'the server ended by itself right after its start',
    remedy: ({ place }) => [
      `its last words: mcp-s3 logs --since 30m ${place}`,
      `back to the version before: mcp-s3 deploy --allow-downgrade ${place}, with that version of mcp-s3`,
    ],
  },
];

/** Ends that are none of a failure: told to stop by a deployment, by scaling, by a person, by AWS's maintenance. */
const ORDINARY =
  /Scaling activity initiated by|stopped by user|Task stopped by|(task|host) maintenance|retirement/i;

/**
 * What ECS's words about a task's end mean. Undefined for what is no failure, such as a task that a deployment
 * replaced.
 */
export function causeOfStop(
  words: string,
  exitCode: number | undefined,
  at: StopPlace,
): Omit<Trouble, 'evidence'> | undefined {
  const found = known(words, at);
  // Told to stop, and stopped.
  if (found?.cause === 'crash' && exitCode === undefined) return undefined;
  if (found !== undefined) return found;
  if (words === '' || ORDINARY.test(words)) return undefined;
  return {
    cause: 'tasks-stop',
    says: 'tasks end; why, ECS says in its own words',
    remedy: [`the service's own words: mcp-s3 logs --since 30m ${at.place}`],
  };
}

/** What a service event means. Undefined for those that tell of no failure. */
export function causeOfEvent(message: string, at: StopPlace): Omit<Trouble, 'evidence'> | undefined {
  return known(message, at);
}

function known(words: string, at: StopPlace): Omit<Trouble, 'evidence'> | undefined {
  const found = REASONS.find(({ words: pattern }) => pattern.test(words));
  return found && { cause: found.cause, says: found.says, remedy: found.remedy(at, words) };
}

/** Shows how a resource differs from what the template says. */
function driftOf(logicalId: string, { stack, region }: StopPlace): string {
  return `aws cloudformation detect-stack-resource-drift --stack-name ${stack} --logical-resource-id ${logicalId} --region ${region}`;
}

function inNetwork(what: string, { vpc, region }: StopPlace): string {
  return `aws ec2 describe-${what} --filters Name=vpc-id,Values=${vpc} --region ${region}`;
}
