import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { connectAws } from '../targets/aws/connect.ts';
import { readDeployedStack } from '../targets/aws/deployed-stack.ts';
import { type CostEstimate, estimate } from './estimate.ts';
import { type Switch, switches } from './switches.ts';
import { readUsed, type Used } from './used.ts';

/** What a deployed stage costs: estimated from its settings, and counted. */
export interface CostReport {
  stage: string;
  region: string;
  estimate: CostEstimate;
  switches: Switch[];
  /** Null where CloudWatch could not be asked; then {@link problem} says why. */
  used: Used | null;
  problem?: string;
}

/**
 * Reads a stage's settings and what it used. Where only the figures cannot be read, the estimate stands alone.
 * @param days how far to look back
 */
export async function readCosts(settings: Settings, context: CliContext, days: number): Promise<CostReport> {
  const { signal, now } = context;
  const connection = await connectAws(settings, context);
  try {
    const stack = await readDeployedStack(connection, settings.stage, signal);
    const { stage, region, parameters } = stack;
    const base = {
      stage,
      region,
      estimate: estimate(parameters, region),
      switches: switches(parameters, region),
    };
    try {
      return { ...base, used: await readUsed(stack, connection, { days, now: now() }, signal) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CliError)) throw error;
      return { ...base, used: null, problem: error.message };
    }
  } finally {
    await connection.dispatcher.destroy();
  }
}
