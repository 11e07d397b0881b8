import { countVpcs } from '../../aws/ec2.ts';
import { type Quota, quotaValue } from '../../aws/quotas.ts';
import { failed } from '../../errors.ts';
import { type Findings, ifAllowed, type Look } from './look.ts';

const VPCS: Quota = { service: 'vpc', code: 'L-F678F1CE' };
const FARGATE: Quota = { service: 'fargate', code: 'L-3032A538' };
const FARGATE_SPOT: Quota = { service: 'fargate', code: 'L-36FBB829' };

/** AWS's own default, for accounts that may not look. */
const USUAL_VPCS = 5;

/** Quotas at which a first deployment fails: one more VPC, and enough vCPUs for the tasks. */
export async function checkQuotas(look: Look): Promise<Findings> {
  const found = await Promise.all([
    ifAllowed('the number of VPCs', () => vpcs(look)),
    ifAllowed('the quota of Fargate', () => vcpus(look)),
  ]);
  return { warnings: found.flatMap(({ warnings = [] }) => warnings) };
}

async function vpcs({ connection, signal }: Look): Promise<Findings> {
  const count = await countVpcs(connection, signal);
  // Nearly every account has room: then one look is enough.
  if (count < USUAL_VPCS) return {};
  const quota = await quotaValue(connection, VPCS, signal);
  if (quota === undefined || count < quota) return {};
  throw failed(
    'vpc_quota',
    `the account has ${count} VPCs in ${connection.region}, and its quota is ${quota}`,
    [
      'delete a VPC that nobody needs',
      `or ask for more: ${consoleLink(connection.region, VPCS)}`,
      'or choose another region with --region',
    ],
  );
}

async function vcpus({ connection, planned, signal }: Look): Promise<Findings> {
  const { region } = connection;
  const size = Number(planned.TaskCpu) / 1024;
  const spot = Number(planned.SpotPercent) === 100 && Number(planned.OnDemandBase) === 0;
  const code = spot ? FARGATE_SPOT : FARGATE;
  const quota = await quotaValue(connection, code, signal);
  if (quota === undefined) return {};
  // While it is replaced, a task runs twice.
  const least = (Number(planned.MinTasks) + 1) * size;
  const most = Number(planned.MaxTasks) * size;
  const kind = spot ? 'Fargate Spot' : 'Fargate';
  const ask = `ask for more: ${consoleLink(region, code)}`;
  if (quota < least) {
    throw failed(
      'fargate_quota',
      `${kind} gives this account ${quota} vCPUs in ${region}, and the service needs ${least}`,
      [ask, 'or take smaller or fewer tasks: --cpu, --min-tasks'],
    );
  }
  if (quota >= most) return {};
  return {
    warnings: [
      `${kind} gives this account ${quota} vCPUs in ${region}: too few for all ${planned.MaxTasks} tasks (${most}); ${ask}`,
    ],
  };
}

function consoleLink(region: string, { service, code }: Quota): string {
  return `https://${region}.console.aws.amazon.com/servicequotas/home/services/${service}/quotas/${code}`;
}
