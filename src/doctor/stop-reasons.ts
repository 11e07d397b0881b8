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
    words: /CannotPullContainerError.*(denied|unauthorized|forbidden|403)/is,
    cause: 'pull-denied',
    says: 'the execution role may not pull the image',
    remedy: (place) => [
      `put the role back: mcp-s3 deploy ${place}`,
      "for a repository elsewhere: allow this account's execution role in its policy",
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
    words: /unable to assume the role|AssumeRole|execution role/i,
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
    words: /failed (ELB|container) health checks/i,
    cause: 'health-check',
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

/** What ECS's words about a task mean. Undefined for what is no failure, such as a task that a deployment replaced. */
export function causeOfStop(
  words: string,
  exitCode: number | undefined,
  place: string,
): Omit<Trouble, 'evidence'> | undefined {
  const found = REASONS.find(({ words: pattern }) => pattern.test(words));
  if (found === undefined) return undefined;
  // Told to stop, and stopped.
  if (found.cause === 'crash' && exitCode === undefined) return undefined;
  return { cause: found.cause, says: found.says, remedy: found.remedy(place) };
}
