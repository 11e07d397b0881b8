import { usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { StageSettings } from '../settings/config-schema.ts';
import { DEFAULTS, DEPLOY_SETTINGS, type Parameters, type Wish } from './deploy-settings.ts';
import { checkTaskSize } from './values/task-size.ts';

/** Flags of `deploy` by name, as they were given. */
export type GivenFlags = Readonly<Record<string, unknown>>;

/**
 * What flags and `mcp-s3.json` ask for, checked without looking at any account. What nobody names is not in it.
 * @param resets names given to `--reset`: back to the default
 * @throws usage error (exit 2) for the first value that is wrong
 */
export function readWishes(flags: GivenFlags, file: StageSettings, resets: string[]): Map<string, Wish> {
  for (const name of resets) checkReset(name, flags, file);
  const wishes = new Map<string, Wish>();
  const take = (parameters: Parameters, from: string) => {
    for (const [parameter, value] of Object.entries(parameters)) wishes.set(parameter, { value, from });
  };
  for (const setting of DEPLOY_SETTINGS) {
    const { flag, defaults } = setting;
    const name = `--${flag}`;
    const inFile = file[setting.field];
    if (resets.includes(flag)) take(defaults, `--reset ${flag}`);
    else if (flags[flag] !== undefined) take(setting.read(flags[flag], name), name);
    else if (inFile !== undefined) {
      take(setting.read(inFile, `mcp-s3.json, ${JSON.stringify(setting.field)}`), 'mcp-s3.json');
    }
  }
  checkGiven(wishes);
  return wishes;
}

/** What contradicts itself whatever is deployed. */
function checkGiven(wishes: ReadonlyMap<string, Wish>): void {
  const given = (name: string) => wishes.get(name)?.value;
  const max = given('MaxTasks');
  if (max !== undefined)
    checkTogether({
      ...DEFAULTS,
      MinTasks: given('MinTasks') ?? '1',
      MaxTasks: max,
      OnDemandBase: given('OnDemandBase') ?? '0',
    });
  const [cpu, memory] = [given('TaskCpu'), given('TaskMemory')];
  if (cpu !== undefined && memory !== undefined) checkTaskSize(cpu, memory);
}

/**
 * Checks what only fits together or not: the values as they will be, the given ones over the deployed ones.
 * @throws usage error (exit 2)
 */
export function checkTogether(effective: Parameters): void {
  const { MinTasks, MaxTasks, OnDemandBase, TaskCpu = '', TaskMemory = '' } = effective;
  if (Number(MinTasks) > Number(MaxTasks)) {
    throw usageError(`--min-tasks ${MinTasks} is above --max-tasks ${MaxTasks}`, [
      'raise --max-tasks, or lower --min-tasks; what is not given keeps its deployed value',
    ]);
  }
  if (Number(OnDemandBase) > Number(MaxTasks)) {
    throw usageError(`--on-demand-base ${OnDemandBase} is above --max-tasks ${MaxTasks}`, [
      'the base are the first tasks, which never run on Spot: it cannot be more than all tasks',
    ]);
  }
  checkTaskSize(TaskCpu, TaskMemory);
}

function checkReset(name: string, flags: GivenFlags, file: StageSettings): void {
  const names = DEPLOY_SETTINGS.map(({ flag }) => flag);
  const setting = DEPLOY_SETTINGS.find(({ flag }) => flag === name);
  if (setting === undefined) {
    const meant = nearest(name.replace(/^--/, ''), names);
    throw usageError(`--reset ${JSON.stringify(name)} is no setting`, [
      ...(meant === undefined ? [] : [`did you mean --reset ${meant}?`]),
      `settings: ${names.join(', ')}`,
    ]);
  }
  if (flags[name] !== undefined) {
    throw usageError(`--reset ${name} and --${name} contradict each other: give one of them`);
  }
  if (file[setting.field] !== undefined) {
    throw usageError(
      `--reset ${name} would last until the next deployment: mcp-s3.json sets "${setting.field}"`,
      ['take it out of mcp-s3.json instead'],
    );
  }
}
