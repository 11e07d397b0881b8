import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { type LiveStage, publishImage, serveStage } from '../support/aws/live-stage.ts';
import { openModels } from '../support/aws/open-models.ts';
import { stackStatus } from '../support/aws/small-stage.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

const SERVICES = [
  /^apigateway:/,
  /^bedrock:/,
  /^cloudformation:/,
  /^ec2:/,
  /^ecr:/,
  /^iam:/,
  /^s3:/,
  /^sts:/,
];
/** Calls of which AWS may have done the work although its answer was lost. */
const WORK = [
  'cloudformation:CreateChangeSet',
  'cloudformation:ExecuteChangeSet',
  'iam:CreateServiceLinkedRole',
  'iam:CreateRole',
  's3:PutObject',
];

describe('deploy in an account that is busy and a network that fails', function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let home: CliHome;
  let image: string;
  let live: LiveStage;
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
    image = await publishImage(emulator);
    openModels(emulator);
    live = await serveStage(emulator, 'dev');
  });
  after(async () => {
    await live?.close();
    await emulator?.close();
    await removeCliHome(home);
  });
  const run = (...args: string[]) => runCli(args, { home, env: emulator.env() });
  const rigged = (actions: (string | RegExp)[], deeds: readonly ('throttle' | 'fail' | 'lose')[]) =>
    actions.flatMap((action) =>
      deeds.map((deed, after) => emulator.proxy.rig({ action, times: 1, after, do: deed })),
    );
  const hits = (rules: { hits: number }[]) => rules.map((rule) => rule.hits);

  it('makes a stage through throttling, failures and answers that are lost', async () => {
    const rules = [...rigged(SERVICES, ['throttle', 'fail']), ...rigged(WORK, ['lose'])];
    const { code, stdout, stderr } = await run('deploy', '--image-uri', image, '--json');
    expect(code, stderr + stdout).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ result: 'created' });
    expect(hits(rules)).to.deep.equal(rules.map(() => 1));
    expect(await stackStatus(emulator, 'mcp-dev')).to.equal('CREATE_COMPLETE');
  });

  it('changes it likewise', async () => {
    const rules = rigged(
      ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
      ['lose', 'throttle'],
    );
    const { code, stdout, stderr } = await run('deploy', '--max-tasks', '6', '--json');
    expect(code, stderr + stdout).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ result: 'updated' });
    expect(hits(rules)).to.deep.equal(rules.map(() => 1));
  });
});
