import { describeStack, type Stack } from '../aws/cloudformation.ts';
import {
  createChangeSet,
  deleteChangeSet,
  type ParameterValue,
  type ResourceChange,
  readChangeSet,
  type TemplateSource,
} from '../aws/cloudformation-changes.ts';
import { validationFindings } from '../aws/cloudformation-events.ts';
import { deleteStack } from '../aws/cloudformation-repair.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import { whoAmI } from '../aws/identity.ts';
import { CliError, failed } from '../errors.ts';
import { sleep } from '../sleep.ts';
import { settingOf } from './deploy-settings.ts';
import { changeToken } from './deployer.ts';

/** What a stack is to become. */
export interface StackGoal {
  name: string;
  template: TemplateSource;
  parameters: ParameterValue[];
  tags: Record<string, string>;
}

/** A change that can be executed. */
export interface PreparedChange {
  id: string;
  stackName: string;
  stackId: string;
  /** Whether the stack comes into being with it. */
  creates: boolean;
  /** Marks the events that belong to it. */
  token: string;
  changes: ResourceChange[];
}

/**
 * Has CloudFormation work out what would change. Undefined where nothing would.
 * @param existing the stack as it stands; undefined where there is none
 * @throws failed (exit 1) where CloudFormation refuses template or values; nothing of the attempt is left then
 */
export async function prepareChange(
  connection: RegionalConnection,
  goal: StackGoal,
  existing: Stack | undefined,
  signal: AbortSignal,
): Promise<PreparedChange | undefined> {
  const creates = existing === undefined;
  const { arn } = await whoAmI(connection, signal);
  const token = changeToken(arn);
  const { template, parameters, tags } = goal;
  const type = creates ? 'CREATE' : 'UPDATE';
  const { id, stackId } = await createChangeSet(
    connection,
    { stackName: goal.name, name: token, type, template, parameters, tags },
    signal,
  ).catch((error) => {
    throw namingSetting(error);
  });
  const prepared = { id, stackName: goal.name, stackId, creates, token };
  try {
    const { status, reason, changes } = await settled(connection, id, signal);
    if (status !== 'FAILED') return { ...prepared, changes };
    if (!NOTHING.test(reason)) throw await refused(connection, prepared, reason, signal);
  } catch (error) {
    await withdraw(connection, prepared);
    throw error;
  }
  await discardChange(connection, prepared, signal);
  return undefined;
}

/** Takes a change back that is not to be made, with the empty stack that it would have filled. */
export async function discardChange(
  connection: RegionalConnection,
  { id, stackId, creates, token }: Pick<PreparedChange, 'id' | 'stackId' | 'creates' | 'token'>,
  signal: AbortSignal,
): Promise<void> {
  if (!creates) return deleteChangeSet(connection, id, signal);
  // Somebody else may have begun to fill it meanwhile.
  const stack = await describeStack(connection, stackId, signal);
  if (stack?.status === 'REVIEW_IN_PROGRESS') {
    await deleteStack(connection, { stack: stackId, token }, signal);
  }
}

const NOTHING = /didn.t contain changes|no updates are to be performed|no changes/i;

async function settled(connection: RegionalConnection, id: string, signal: AbortSignal) {
  for (let pause = 300; ; pause = Math.min(pause * 2, 3000)) {
    const state = await readChangeSet(connection, id, signal);
    if (state.status === 'CREATE_COMPLETE' || state.status === 'FAILED') return state;
    await sleep(pause, signal);
  }
}

/** CloudFormation names the parameter that it does not take; people know the setting. */
function namingSetting(error: unknown): unknown {
  if (!(error instanceof CliError) || error.code !== 'template_refused') return error;
  const parameter = /\bparameters?:? '?\[?(\w+)/i.exec(error.message)?.[1];
  const flag = parameter === undefined ? undefined : settingOf(parameter)?.flag;
  if (flag === undefined) return error;
  return failed(error.code, error.message, [
    `give another value: --${flag}`,
    `or put it back to its default: --reset ${flag}`,
  ]);
}

/** Tidying up after a failure: it has a moment of its own, also after Ctrl-C, and never hides the failure. */
async function withdraw(
  connection: RegionalConnection,
  prepared: Omit<PreparedChange, 'changes'>,
): Promise<void> {
  await discardChange(connection, prepared, AbortSignal.timeout(10_000)).catch(() => {});
}

async function refused(
  connection: RegionalConnection,
  { id, stackName }: Omit<PreparedChange, 'changes'>,
  reason: string,
  signal: AbortSignal,
) {
  const findings = /validation/i.test(reason)
    ? await validationFindings(connection, { changeSet: id }, signal).catch(() => [])
    : [];
  const found = findings.map(({ logicalId, reason: each }) => `${logicalId || 'the stack'}: ${each}`);
  const why = found.join('; ') || reason || 'it gives no reason';
  return failed('change_refused', `CloudFormation refuses the change of ${stackName}: ${why}`, [
    'nothing was changed',
    'check the template: mcp-s3 template --check',
  ]);
}
