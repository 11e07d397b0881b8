import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect } from 'chai';
import { parseTemplate } from '../../src/stack/compose/cfn-yaml.ts';
import { type Emulator, type Keys, startEmulator } from '../support/aws/emulator.ts';
import { type LiveStage, publishImage, serveStage } from '../support/aws/live-stage.ts';
import { openModels } from '../support/aws/open-models.ts';
import { EMULATED } from '../support/aws/permissions.ts';
import { physicalIds } from '../support/aws/small-stage.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { ROOT } from '../support/imports.ts';

const REPOSITORY = 'repo:octo@1/files@2';
const MAIN = `${REPOSITORY}:ref:refs/heads/main`;
const PULL = `${REPOSITORY}:pull_request`;

/** MiniStack does not know the type; the account has the provider then. */
function withoutProvider(text: string): string {
  const template = parseTemplate(text);
  delete template.Resources.Provider;
  return JSON.stringify(template).replaceAll('{"Ref":"Provider"}', '"none"');
}

describe('the roles of templates/github-oidc.yaml', function () {
  this.timeout(240_000);
  let emulator: Emulator;
  let home: CliHome;
  let live: LiveStage;
  let roles: { deploy: string; plan: string };
  let image: string;
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
    image = await publishImage(emulator, 'mcp-dev-images');
    openModels(emulator);
    live = await serveStage(emulator, 'dev');
    roles = await makeRoles({
      Stage: 'dev',
      Repository: 'octo@1/files@2',
      Tags: 'v*',
      MakeProvider: 'false',
    });
  });
  after(async () => {
    await live?.close();
    await emulator?.close();
    await removeCliHome(home);
  });

  async function makeRoles(parameters: Record<string, string>) {
    const cloudformation = emulator.client(CloudFormationClient);
    const StackName = 'github-mcp-s3-dev';
    const TemplateBody = withoutProvider(
      await readFile(path.join(ROOT, 'templates/github-oidc.yaml'), 'utf8'),
    );
    const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    const Capabilities = ['CAPABILITY_IAM' as const];
    await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody, Parameters, Capabilities }));
    await waitUntilStackCreateComplete(
      { client: cloudformation, maxWaitTime: 30, minDelay: 1 },
      { StackName },
    );
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    const outputs = Object.fromEntries(Stacks![0]!.Outputs!.map((one) => [one.OutputKey!, one.OutputValue!]));
    return { deploy: outputs.DeployRoleArn!, plan: outputs.PlanRoleArn! };
  }

  /** Keys of the role for a job of GitHub, whose token names its subject. MiniStack checks no token's signature. */
  async function assume(RoleArn: string, sub: string, aud = 'sts.amazonaws.com'): Promise<Keys> {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'https://token.actions.githubusercontent.com', aud, sub, exp: 4_000_000_000 };
    const WebIdentityToken = `${part({ alg: 'RS256' })}.${part(claims)}.${part({})}`;
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn,
      RoleSessionName: 'job',
      WebIdentityToken,
    });
    const { Credentials } = await emulator.client(STSClient).send(command);
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
  }

  const physical = () => physicalIds(emulator, 'mcp-dev');

  const run = async (role: 'deploy' | 'plan', ...args: string[]) =>
    runCli(args, { home, env: emulator.env(await assume(roles[role], role === 'deploy' ? MAIN : PULL)) });

  it('are trusted for the branch, the tags and the pull requests of the repository alone', async () => {
    const lets = async (role: 'deploy' | 'plan', sub: string, aud?: string) =>
      assume(roles[role], sub, aud).then(
        () => true,
        ({ name }) => expect(name).to.equal('AccessDenied') && false,
      );
    const subjects: Record<string, string[]> = {
      [MAIN]: ['deploy'],
      [`${REPOSITORY}:ref:refs/tags/v1.2.3`]: ['deploy'],
      [PULL]: ['plan'],
      [`${REPOSITORY}:ref:refs/heads/main2`]: [],
      [`${REPOSITORY}:ref:refs/heads/v1`]: [],
      [`${REPOSITORY}:ref:refs/tags/other`]: [],
      [`${REPOSITORY}:environment:main`]: [],
      'repo:octo/files:ref:refs/heads/main': [],
      'repo:octo@1/files@3:ref:refs/heads/main': [],
      'repo:octo@1/files@3:pull_request': [],
    };
    for (const [subject, allowed] of Object.entries(subjects)) {
      for (const role of ['deploy', 'plan'] as const) {
        expect(await lets(role, subject), `${role} for ${subject}`).to.equal(allowed.includes(role));
      }
    }
    expect(await lets('deploy', MAIN, 'https://github.com/octo')).to.equal(false);
  });

  it('deploy the stage', async () => {
    await asEmulated(roles.deploy);
    const { code, stdout, stderr } = await run(
      'deploy',
      'deploy',
      '--verify',
      '--image-uri',
      image,
      '--json',
    );
    expect(code, stderr + stdout).to.equal(0);
    const { result, checks } = JSON.parse(stdout);
    expect(result).to.equal('created');
    const walked = checks.filter(({ state }: { state: string }) => state === 'passed');
    expect(walked.length).to.equal(checks.length).and.to.be.greaterThan(20);
    expect(checks.at(-2)).to.include({ name: 'upload events' });
  });

  it('take back a version that passes the smoke test and fails the walk', async () => {
    const ids = await physical();
    const runs = async () => {
      const named = { cluster: ids.Cluster, services: [ids.Service!] };
      const { services } = await emulator.client(ECSClient).send(new DescribeServicesCommand(named));
      return services![0]!.taskDefinition;
    };
    const before = await runs();
    const broken = emulator.proxy.rig({
      action: /^execute-api:POST .*\/mcp$/,
      do: { status: 500, body: '{"error":{"code":"internal","message":"the tools are broken"}}' },
    });
    const wrong = await run('deploy', 'deploy', '--verify', '--allow-writes');
    expect(wrong.code, wrong.stderr).to.equal(1);
    expect(wrong.stderr).to.include('ok: the service reads its bucket');
    expect(wrong.stderr.slice(wrong.stderr.lastIndexOf('Error:')))
      .to.match(/mcp 2025-11-25 connect.*the tools are broken/s)
      .and.to.include('The task definition from before runs again');
    expect(await runs()).to.equal(before);
    expect((await physical()).TaskDefinition).not.to.equal(before);
    broken.remove();
    const again = await run('deploy', 'deploy', '--verify');
    expect(again.code, again.stderr).to.equal(0);
    expect(again.stderr).to.include('ok: the acceptance walk');
    expect(await runs()).to.equal((await physical()).TaskDefinition);
  });

  it('plan a change of it, and make none', async () => {
    await asEmulated(roles.plan, (action) => action !== 'cloudformation:ExecuteChangeSet');
    const planned = await run('plan', 'deploy', '--dry-run', '--max-tasks', '6', '--json');
    expect(planned.code, planned.stderr + planned.stdout).to.equal(0);
    expect(JSON.parse(planned.stdout)).to.include({ result: 'planned' });
    const refused = await run('plan', 'deploy', '--max-tasks', '6');
    expect(refused.code, refused.stderr).to.equal(3);
    expect(refused.stderr).to.include('these credentials may not do');
    const again = await run('deploy', 'deploy', '--max-tasks', '4', '--fail-on-changes');
    expect(again.code, again.stderr + again.stdout).to.equal(0);
  });

  it('reach no other stage', async () => {
    for (const role of ['deploy', 'plan'] as const) {
      const { code, stderr } = await run(
        role,
        'deploy',
        '--stage',
        'prod',
        '--image-uri',
        image,
        '--dry-run',
      );
      expect(code, stderr).to.equal(3);
    }
  });

  /** What MiniStack asks for beyond AWS; what it asks for on `*` can be left out. */
  async function asEmulated(arn: string, kept: (action: string) => boolean = () => true): Promise<void> {
    const Statement = EMULATED.map((one) => ({ ...one, Action: [one.Action].flat().filter(kept) }));
    const named = { RoleName: arn.split('/').at(-1)!, PolicyName: 'emulated' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await emulator.client(IAMClient).send(new PutRolePolicyCommand({ ...named, PolicyDocument }));
  }
});
