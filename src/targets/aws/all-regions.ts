import { listStacks, type Stack } from '../../aws/cloudformation.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { enabledRegions } from '../../aws/ec2-regions.ts';
import type { CliContext } from '../../context.ts';
import { CliError, EXIT, usageError } from '../../errors.ts';
import type { Settings } from '../../settings/settings.ts';
import type { DeployedStage, StagesReport } from '../stages-report.ts';
import { connectAws } from './connect.ts';
import { isStageStack, STAGE_TAG, VERSION_TAG } from './deployed-stack.ts';

/** Regions that are asked at the same time. */
const AT_ONCE = 8;

/** Knows every region of the partition; only its list of them is asked for. */
const ANY_REGION = 'us-east-1';

/** All stages of the account, in every region that it may use. Regions that cannot be looked at are named. */
export async function stagesEverywhere(settings: Settings, context: CliContext): Promise<StagesReport> {
  if (settings.kind !== 'aws') {
    throw usageError(`--all-regions looks into AWS, and the target is ${settings.kind}`, [
      settings.kind === 'local' ? 'leave out --local' : 'leave out --endpoint',
    ]);
  }
  const connection = await connectAnywhere(settings, context);
  try {
    return await lookIntoRegions(connection, context.signal);
  } finally {
    await connection.dispatcher.destroy();
  }
}

/** Of a person without a region too: the question is in which ones something is. */
async function connectAnywhere(settings: Settings, context: CliContext): Promise<RegionalConnection> {
  try {
    return await connectAws(settings, context);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.usage || settings.region !== undefined)
      throw error;
    return connectAws({ ...settings, region: ANY_REGION }, context);
  }
}

export async function lookIntoRegions(
  connection: RegionalConnection,
  signal: AbortSignal,
): Promise<StagesReport> {
  const regions = await enabledRegions(connection, signal);
  const report: StagesReport = { regions: regions.length, stages: [], not_looked_at: [] };
  const left = [...regions];
  const work = async () => {
    for (let region = left.shift(); region !== undefined; region = left.shift()) {
      try {
        const stacks = await listStacks({ ...connection, region }, signal);
        report.stages.push(...stacks.filter(isStageStack).map((stack) => stageOf(stack, region)));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof CliError)) throw error;
        report.not_looked_at.push({ region, reason: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const order = (a: { region: string; stage?: string }, b: { region: string; stage?: string }) =>
    a.region.localeCompare(b.region) || (a.stage ?? '').localeCompare(b.stage ?? '');
  report.stages.sort(order);
  report.not_looked_at.sort(order);
  return report;
}

function stageOf({ tags, status, outputs, createdAt, updatedAt }: Stack, region: string): DeployedStage {
  return {
    region,
    stage: tags[STAGE_TAG]!,
    status,
    version: tags[VERSION_TAG] ?? '',
    endpoint: outputs.ApiGatewayEndpoint ?? '',
    last_deployment: new Date(updatedAt ?? createdAt).toISOString(),
  };
}
