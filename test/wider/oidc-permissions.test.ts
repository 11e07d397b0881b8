import { expect } from 'chai';
import { startEmulator } from '../support/aws/emulator.ts';
import { handlerActions } from '../support/aws/handler-actions.ts';
import { createRole, type Policy } from '../support/aws/identities.ts';
import { publishImage, serveStage } from '../support/aws/live-stage.ts';
import { openModels } from '../support/aws/open-models.ts';
import { EMULATED, pipelinePolicy } from '../support/aws/permissions.ts';
import { createCliHome, removeCliHome, runCli } from '../support/cli.ts';

/**
 * Takes each permission that the deploying role uses away, one at a time. The emulator evaluates those that the command
 * line itself asks for; what CloudFormation does in its name is judged by the schemas, in test/aws/deployer-policy.
 *
 * Minutes: the lane `oidc-permissions`, which is in no group.
 */
const STAGE = 'dev';

/** Calls that ask for no permission, or whose permission MiniStack does not evaluate; some are answered by the test. */
const NOT_EVALUATED = /^(sts|execute-api|bedrock|servicequotas):|^ec2:DescribeVpcEndpointServices$/;

/** Not missed by the command line: CloudFormation reads the template from the bucket in its name, which MiniStack does not ask for. */
const FOR_CLOUDFORMATION = ['s3:GetObject'];

/** Permissions by calls that are named otherwise. */
const PERMISSION: Record<string, string> = {
  'lambda:POST': 'lambda:InvokeFunction',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
};

/** Without these a deployment goes on, and tells what it could not do. Each is kept for what it is asked for. */
const TOLD: Record<string, string> = {
  'ec2:DescribeVpcs': 'room for one more network is looked for beforehand, and not in the middle',
  'ecs:DescribeServices': 'what ran before is put back where the trial fails',
  'events:DescribeRule': 'new files reach the function only where the rule is on',
  'iam:ListRoles': 'roles that services need once in an account are made beforehand, and not in the middle',
  's3:ListBucket': 'a bucket that a destroy has taken already is noticed before anything is changed',
  'lambda:InvokeFunction': 'a service that may sleep is held awake while it is updated and tried out',
};

/** What a deployment asks for on a way that is not gone here. */
const NOT_SEEN_HERE: Record<string, string> = {
  'bedrock:GetFoundationModel': 'a model that is no profile',
  'bedrock:GetInferenceProfile': 'not evaluated',
  'bedrock:InvokeModel': 'not evaluated',
  'bedrock:ListInferenceProfiles': 'a region whose profile is not where it is looked for first',
  'cloudformation:ContinueUpdateRollback': 'a rollback that got stuck',
  'cloudformation:DeleteChangeSet': 'a change that AWS refuses or nobody approves',
  'cloudformation:DeleteStack': 'a first deployment that failed is cleared away',
  'cloudformation:ListChangeSets': 'a first deployment that was ended before it began',
  'cloudformation:RollbackStack': 'an update that stopped halfway',
  'cloudformation:TagResource': 'not evaluated: stacks have tags',
  'ecr:BatchCheckLayerAvailability': 'an image that is built and pushed',
  'ecr:CompleteLayerUpload': 'an image that is built and pushed',
  'ecr:GetAuthorizationToken': 'an image that is built and pushed',
  'ecr:InitiateLayerUpload': 'an image that is built and pushed',
  'ecr:UploadLayerPart': 'an image that is built and pushed',
  'events:EnableRule': 'a destroy that was ended halfway',
  'servicequotas:GetServiceQuota': 'not evaluated',
};

interface Life {
  code: number | null;
  said: string;
  /** What the command line asked AWS for, each once. */
  actions: string[];
}

const rolePolicy = async (): Promise<Policy> => {
  const policy = await pipelinePolicy(STAGE);
  return { ...policy, Statement: [...policy.Statement, ...EMULATED] };
};

/** A stage from nothing, changed and verified, in an account of its own. It ends with the first command that fails. */
async function live(denied?: string): Promise<Life> {
  const emulator = await startEmulator();
  const home = await createCliHome();
  const stage = await serveStage(emulator, STAGE);
  try {
    const policy = await rolePolicy();
    const deny = denied === undefined ? [] : [{ Effect: 'Deny', Action: denied, Resource: '*' }];
    const role = await createRole(emulator, 'job', { ...policy, Statement: [...policy.Statement, ...deny] });
    const image = await publishImage(emulator, `mcp-${STAGE}-images`);
    openModels(emulator);
    const env = emulator.env(role.keys);
    let said = '';
    const commands = [
      ['deploy', '--verify', '--image-uri', image],
      ['deploy', '--max-tasks', '6', '--sleep-after', '15m'],
      // It may sleep by now, and is held awake.
      ['deploy', '--verify', '--allow-writes'],
    ];
    let code: number | null = 0;
    for (const args of commands) {
      const result = await runCli(args, { home, env });
      said += `${result.stderr}${result.stdout}`;
      code = result.code;
      if (code !== 0) break;
    }
    const own = emulator.proxy.calls.filter(({ accessKeyId }) => accessKeyId === role.keys.accessKeyId);
    const actions = own
      .map(({ action }) => action.split(' ')[0]!)
      .filter((action) => !NOT_EVALUATED.test(action))
      .map((action) => PERMISSION[action] ?? action);
    return { code, said, actions: [...new Set(actions)].sort() };
  } finally {
    await stage.close();
    await emulator.close();
    await removeCliHome(home);
  }
}

describe('each permission of the deploying role', function () {
  this.timeout(40 * 60_000);
  let whole: Life;
  before(async () => {
    whole = await live();
    expect(whole.code, whole.said).to.equal(0);
  });

  it('is missed when it is taken away', async () => {
    const unmissed: string[] = [];
    for (const action of whole.actions.filter((one) => !FOR_CLOUDFORMATION.includes(one))) {
      const { code, said } = await live(action);
      // It is named, or the failure would be another one.
      const missed = said.includes(action) && (code !== 0 || action in TOLD);
      process.stderr.write(
        `      without ${action}: ${missed ? (code === 0 ? 'told' : 'fails') : `not missed (exit ${code})`}\n`,
      );
      if (!missed) unmissed.push(action);
    }
    expect(unmissed, 'to be removed from docs/permissions/deployer.json').to.deep.equal([]);
  });

  it('has no exception that is no longer used', () => {
    const stale = [...Object.keys(TOLD), ...FOR_CLOUDFORMATION].filter((one) => !whole.actions.includes(one));
    expect(stale).to.deep.equal([]);
  });

  it('is asked for by the command line or by a handler of CloudFormation', async () => {
    const used = [...whole.actions, ...Object.keys(NOT_SEEN_HERE), ...(await handlerActions())];
    const { Statement } = await rolePolicy();
    const entries = (Statement as { Sid?: string; Action: string[] }[])
      .filter(({ Sid }) => Sid !== undefined)
      .flatMap(({ Action }) => Action);
    const idle = entries.filter((entry) => !used.some((action) => covers(entry, action)));
    expect(idle, 'to be removed from the role').to.deep.equal([]);
  });
});

function covers(entry: string, action: string): boolean {
  const pattern = entry.replace(/[.*]/g, (sign) => (sign === '*' ? '.*' : '\\.'));
  return new RegExp(`^${pattern}$`, 'i').test(action);
}
