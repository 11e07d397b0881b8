import type { Trouble } from './diagnosis.ts';

interface Reason {
  /** ECS's own words ("Stopped tasks error messages", Amazon ECS Developer Guide). */
  words: RegExp;
  cause: string;
  says: string;
  remedy: (place: string) => string[];
}

/** The first that fits counts: the words of the particular come before those of the general. */
const REASONS: Reason[] = [
  {
    words: /exec format error/i,
    cause: 'image-platform',
    says: 'the image is for another processor than the tasks have',
    remedy: (place) => [`build it for theirs: mcp-s3 deploy --reset image-uri ${place}`],
  },
  {
    words: /image Manifest does not contain descriptor matching platform/i,
    cause: 'image-platform',
    says: 'the image has none for the platform of the tasks',
    remedy: (place) => [`build it for theirs: mcp-s3 deploy --reset image-uri ${place}`],
  },
  {
    words: /CannotPullContainerError.*(not found|manifest unknown|does not exist|invalid reference)/is,
    cause: 'image-missing',
    says: 'the registry has no such image',
    remedy: (place) => [`build and push it: mcp-s3 deploy --reset image-uri ${place}`],
  },
  {
    words: /toomanyrequests|pull rate limit/i,
    cause: 'pull-throttled',
    says: 'the registry lets nobody here pull more images for now',
    remedy: (place) => [
      `have it in your own registry: mcp-s3 deploy --reset image-uri ${place}`,
      'or wait: ECS goes on trying',
    ],
  },
  {
    words: /no space left on device/i,
    cause: 'image-too-large',
    says: 'the image does not fit on the disk of a task',
    remedy: (place) => [`the one that belongs to it does: mcp-s3 deploy --reset image-uri ${place}`],
  },
  {
    words:
      /(CannotPullContainer|ResourceInitialization)Error.*(access ?denied|not authorized|unauthorized|forbidden|\b403\b|denied)/is,
    cause: 'pull-denied',
    says: 'the execution role may not pull the image',
    remedy: (place) => [
      `put the role back: mcp-s3 deploy ${place}`,
      "for a repository elsewhere: allow this account's execution role in its policy",
    ],
  },
  {
    words: /log group (does not exist|defined in the task definition)/i,
    cause: 'log-group-deleted',
    says: 'the log group of the tasks is gone: without it none starts',
    remedy: (place) => [
      `its name stands in: mcp-s3 outputs log_group_name ${place}`,
      'make it anew: aws logs create-log-group --log-group-name NAME',
    ],
  },
  {
    words: /network interface|insufficient free addresses/i,
    cause: 'network-interface',
    says: 'AWS could not give a task its network interface',
    remedy: () => [
      'see that the subnets have free addresses: aws ec2 describe-subnets',
      'or wait: ECS tries again',
    ],
  },
  {
    words:
      /(CannotPullContainerError|ResourceInitializationError).*(timeout|timed out|deadline|connect|dial tcp|i\/o)/is,
    cause: 'no-way-to-registry',
    says: 'tasks cannot reach the registry, its storage in S3, or the log: an endpoint or a firewall is in the way',
    remedy: (place) => [`mcp-s3 deploy ${place}`],
  },
  {
    words: /unable to assume (the )?role|AssumeRole|proper trust relationship/i,
    cause: 'role',
    says: 'ECS cannot take on a role of the tasks: it was deleted, or its trust was changed',
    remedy: (place) => [`put it back: mcp-s3 deploy ${place}`],
  },
  {
    words: /capacity is unavailable|RESOURCE:|Capacity provider.*unavailable/i,
    cause: 'no-capacity',
    says: 'AWS has no free capacity for tasks of this kind at this moment',
    remedy: (place) => [
      `not only on Spot: mcp-s3 deploy --spot-percent 0 ${place}`,
      `another processor: mcp-s3 deploy --platform linux/amd64 ${place}`,
      'or wait: ECS goes on trying',
    ],
  },
  {
    words: /reached the limit on the number of (tasks|vCPUs)|vCPU limit|LimitExceeded/i,
    cause: 'quota',
    says: "the account's quota of Fargate is used up",
    remedy: () => ['ask for more: Service Quotas, AWS Fargate, "Fargate On-Demand vCPU resource count"'],
  },
  {
    words: /OutOfMemory/i,
    cause: 'out-of-memory',
    says: 'a task ran out of memory',
    remedy: (place) => [`give it more: mcp-s3 deploy --memory 2048 ${place}`],
  },
  {
    words: /failed (ELB|container) health checks|is unhealthy in \(target-group/i,
    cause: 'target-health',
    says: 'tasks start, and are stopped because their health check fails',
    remedy: (place) => [`the service's own words: mcp-s3 logs --since 30m ${place}`],
  },
  {
    words: /Spot interruption|Your Spot Task was interrupted/i,
    cause: 'spot-interruption',
    says: 'AWS took the Spot capacity back',
    remedy: (place) => [`keep some off Spot: mcp-s3 deploy --on-demand-base 1 ${place}`],
  },
  {
    words: /Essential container in task exited/i,
    cause: 'crash',
    says: 'the server ended by itself right after its start',
    remedy: (place) => [
      `its last words: mcp-s3 logs --since 30m ${place}`,
      `the version before: mcp-s3 deploy ${place} with that version of mcp-s3`,
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
  place: string,
): Omit<Trouble, 'evidence'> | undefined {
  const found = known(words, place);
  // Told to stop, and stopped.
  if (found?.cause === 'crash' && exitCode === undefined) return undefined;
  if (found !== undefined) return found;
  if (words === '' || ORDINARY.test(words)) return undefined;
  return {
    cause: 'tasks-stop',
    says: 'tasks end; why, ECS says in its own words',
    remedy: [`the service's own words: mcp-s3 logs --since 30m ${place}`],
  };
}

/** What a service event means. Undefined for those that tell of no failure. */
export function causeOfEvent(message: string, place: string): Omit<Trouble, 'evidence'> | undefined {
  return known(message, place);
}

function known(words: string, place: string): Omit<Trouble, 'evidence'> | undefined {
  const found = REASONS.find(({ words: pattern }) => pattern.test(words));
  return found && { cause: found.cause, says: found.says, remedy: found.remedy(place) };
}
