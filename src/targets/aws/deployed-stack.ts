import { stageNames } from '../../../server/names.ts';
import { shellWord } from '../../aws/aws-error.ts';
import { describeStack, listStacks, type Stack } from '../../aws/cloudformation.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { type CliError, failed, unfinished } from '../../errors.ts';
import type { AppOutput } from '../../stack/template-names.ts';

/** On every stack of ours. A stack without it belongs to somebody else and is never touched. */
export const STAGE_TAG = 'mcp-s3:stage';
export const VERSION_TAG = 'mcp-s3:version';

/** Of an ECS service that sleeps: since when. The keeper writes it (`templates/functions/keeper/service.ts`). */
export const ASLEEP_TAG = 'mcp-s3:asleep';

/** A stage's stack that exists, is ours and has its outputs. */
export interface DeployedStack extends Stack {
  stage: string;
  region: string;
}

/**
 * Reads the stage's stack once; commands hand it on. A stack that is being updated, or whose last update failed,
 * still serves and is returned as it is.
 *
 * @throws failed (exit 1) where the stage is not deployed here, or the stack of that name is not ours;
 * unfinished (exit 5) where its first deployment or its removal is going on
 */
export async function readDeployedStack(
  connection: RegionalConnection,
  stage: string,
  signal: AbortSignal,
): Promise<DeployedStack> {
  const { region } = connection;
  const stack = await describeStack(connection, stageNames(stage).stack, signal);
  // A change set that was never executed leaves a stack in review, which holds nothing.
  if (stack === undefined || stack.status === 'REVIEW_IN_PROGRESS' || stack.status === 'DELETE_COMPLETE') {
    throw await notDeployed(connection, stage, signal);
  }
  if (stack.tags[STAGE_TAG] !== stage) throw notOurs(stack, region);
  const problem = halfDeployed(stack, stage, connection);
  if (problem !== undefined) throw problem;
  return { ...stack, stage, region };
}

/** The value of an output. Throws failed (exit 1) where the stack was made by a version that had none. */
export function outputOf(stack: DeployedStack, name: AppOutput): string {
  const value = stack.outputs[name];
  if (value !== undefined) return value;
  throw failed('missing_output', `the stack ${stack.name} has no output ${name}: another version made it`, [
    `bring it up to date: mcp-s3 deploy ${placeFlags(stack.stage, { region: stack.region })}`,
  ]);
}

/** Account that the stack is in. */
export function accountOf({ id }: Pick<Stack, 'id'>): string {
  return id.split(':')[4]!;
}

/** Flags that name the place, for commands in suggestions. */
export function placeFlags(
  stage: string,
  { region, profile }: { region: string; profile?: string | undefined },
): string {
  const person = profile === undefined || profile === 'default' ? '' : ` --profile ${shellWord(profile)}`;
  return `--stage ${stage} --region ${region}${person}`;
}

async function notDeployed(
  connection: RegionalConnection,
  stage: string,
  signal: AbortSignal,
): Promise<CliError> {
  const here = await stagesHere(connection, signal);
  return failed('not_deployed', `stage ${stage} is not deployed in ${connection.region}`, [
    `deploy it: mcp-s3 deploy ${placeFlags(stage, connection)}`,
    ...(here.length > 0 ? [`stages in ${connection.region}: ${here.join(', ')} (choose with --stage)`] : []),
    'or choose another region with --region; mcp-s3 status --all-regions looks into all of them',
  ]);
}

/** Names of the deployed stages of the region. What may not be listed is no reason to fail: it is only a hint. */
async function stagesHere(connection: RegionalConnection, signal: AbortSignal): Promise<string[]> {
  try {
    const stacks = await listStacks(connection, signal);
    return stacks.filter(isStageStack).map(({ tags }) => tags[STAGE_TAG]!);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/** Whether it is the stack of a stage of ours; its bootstrap stack has the same tag and another name. */
export function isStageStack({ name, status, tags }: Stack): boolean {
  const stage = tags[STAGE_TAG];
  return stage !== undefined && name === stageNames(stage).stack && status !== 'REVIEW_IN_PROGRESS';
}

/** The refusal to touch a stack that somebody else made. */
export function notOurs({ name, tags }: Pick<Stack, 'name' | 'tags'>, region: string): CliError {
  const why =
    tags[STAGE_TAG] === undefined
      ? `it has no tag ${STAGE_TAG}`
      : `its tag ${STAGE_TAG} says ${tags[STAGE_TAG]}`;
  return failed(
    'not_ours',
    `the stack ${name} in ${region} was not made by mcp-s3: ${why}. It is left alone`,
    ['choose another stage with --stage, or another region with --region'],
  );
}

/** States in which a stack has no resources to work with; undefined for one that serves. */
function halfDeployed({ status, statusReason }: Stack, stage: string, connection: RegionalConnection) {
  const flags = placeFlags(stage, connection);
  const why = statusReason === undefined ? '' : `: ${statusReason}`;
  switch (status) {
    case 'CREATE_IN_PROGRESS':
      return unfinished('still_deploying', `stage ${stage} is being deployed for the first time`, [
        `watch it: mcp-s3 deploy ${flags}`,
      ]);
    case 'DELETE_IN_PROGRESS':
      return unfinished('being_destroyed', `stage ${stage} is being destroyed`, [
        `watch it: mcp-s3 destroy ${flags}`,
      ]);
    case 'CREATE_FAILED':
    case 'ROLLBACK_IN_PROGRESS':
    case 'ROLLBACK_FAILED':
    case 'ROLLBACK_COMPLETE':
      return failed('half_deployed', `the first deployment of stage ${stage} failed (${status})${why}`, [
        `see the cause and deploy again: mcp-s3 deploy ${flags}`,
      ]);
    case 'DELETE_FAILED':
      return failed('half_destroyed', `the removal of stage ${stage} stopped halfway${why}`, [
        `go on with it: mcp-s3 destroy ${flags}`,
      ]);
    default:
      return undefined;
  }
}
