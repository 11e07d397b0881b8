import type { Cause } from '../../../src/doctor/causes.ts';

export type Stop = [reason: string, exitCode?: number, containerReason?: string];

/**
 * Ends of tasks in ECS's own words ("Amazon ECS stopped tasks error messages", its developer guide), by the cause
 * that doctor names: reason, exit code and reason of the container.
 */
export const STOPS: Partial<Record<Cause, Stop>> = {
  'image-platform': [
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/arm64'",
  ],
  'image-missing': [
    'CannotPullContainerError: inspect image has been retried 1 time(s): failed to resolve ref "123456789012.dkr.ecr.eu-central-1.amazonaws.com/mcp-dev:x": 123456789012.dkr.ecr.eu-central-1.amazonaws.com/mcp-dev:x: not found',
  ],
  'pull-throttled': [
    'CannotPullContainerError: inspect image has been retried 5 time(s): httpReaderSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/x/manifests/y: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
  ],
  'image-too-large': [
    'CannotPullContainerError: failed to register layer: Error processing tar file(exit status 1): write /usr/lib/x: no space left on device',
  ],
  'pull-denied': [
    'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a problem with the task execution role. AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/mcp-dev-ExecutionRole/1a2b is not authorized to perform: ecr:GetAuthorizationToken on resource: *',
  ],
  'log-group-deleted': [
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
  ],
  'network-interface': ['Timeout waiting for network interface provisioning to complete.'],
  'no-way-to-registry': [
    'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, exceeded maximum number of attempts, 3, dial tcp 10.42.0.9:443: i/o timeout',
  ],
  quota: ["You've reached the limit on the number of vCPUs you can run concurrently"],
  'out-of-memory': [
    'Essential container in task exited',
    137,
    'OutOfMemoryError: Container killed due to memory usage',
  ],
  'spot-interruption': ['Your Spot Task was interrupted.'],
  crash: ['Essential container in task exited', 1],
  'target-health': [
    'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/mcp-dev/73e2d6bc24d8a067)',
  ],
  'tasks-stop': ['InternalError: an internal error occurred'],
};

/** An event of the service. */
export const ROLE_GONE =
  "(service mcp-dev) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::123456789012:role/mcp-dev-TaskRole' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).";

/** Ends that are none of a failure. */
export const ORDINARY_ENDS = [
  'Scaling activity initiated by (deployment ecs-svc/4311436325113313145)',
  'Scaling activity initiated by',
  'Task stopped by user',
  'ECS is performing maintenance on the underlying infrastructure hosting the task: task maintenance',
  '',
];
