import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { queryResult } from '../support/aws/fault.ts';
import { giveImage } from '../support/aws/given-image.ts';
import { openModels } from '../support/aws/open-models.ts';
import { type FakeService, startFakeService } from '../support/aws/small-deploy.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { CTRL_C, runInTerminal } from '../support/terminal.ts';

/** The built command, as a person and a pipeline run it; only the service behind the API stands in. */
describe('deploy before a person, and in a pipeline', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let service: FakeService;
  let home: CliHome;
  let image: string;
  before(async () => {
    emulator = await startEmulator();
    service = await startFakeService();
    home = await createCliHome();
    image = await giveImage(emulator);
    openModels(emulator);
    // What the built command says its version is.
    service.version = JSON.parse(
      (await runCli(['deploy', '--dry-run', '--image-uri', image, '--json'], options())).stdout,
    ).version;
  });
  after(async () => {
    await service.close();
    await emulator.close();
    await removeCliHome(home);
  });

  const options = () => ({ home, env: { ...emulator.env(), MCP_S3_API_URL: service.url } });
  const person = (args: string[], input: { after: RegExp; type: string }[]) =>
    runInTerminal(['deploy', ...args], { ...options(), columns: 100, input });
  const pipeline = (...args: string[]) => runCli(['deploy', ...args], options());
  const QUESTION = /Create mcp-dev\? \[y\/N\] $/;

  it('says where it goes first, and shows costs before it asks', async () => {
    const { code, text } = await person(['--image-uri', image], [{ after: QUESTION, type: 'n\r' }]);
    expect(code).to.equal(4);
    expect(text).to.match(/^Stage dev in account 123456789012, region eu-central-1 \(as root\)/);
    expect(text).to.match(/Standing cost.*about \$\d+.*\(an estimate\)[\s\S]*Create mcp-dev\?/);
    expect(text).to.include('declined: nothing was changed');
  });

  for (const [what, type] of Object.entries({ 'Ctrl-C': CTRL_C, 'Ctrl-D': '\x04' })) {
    it(`changes nothing at ${what}`, async () => {
      const { code, text } = await person(['--image-uri', image], [{ after: QUESTION, type }]);
      expect(code).to.equal(what === 'Ctrl-C' ? 130 : 4);
      expect(text).to.match(/interrupted before the stack of stage dev was changed|nothing was changed/);
      expect(emulator.proxy.count('cloudformation:CreateChangeSet')).to.equal(0);
    });
  }

  it('deploys, and shows the key to the person alone', async () => {
    const { code, text } = await person(
      ['--image-uri', image, '--email', 'ops@example.com'],
      [{ after: QUESTION, type: 'y\r' }],
    );
    expect(code, text).to.equal(0);
    expect(text)
      .to.match(/Key +\S{40}\n/)
      .and.to.match(/"x-api-key": "/);
    expect(text).to.include('Confirm the e-mail that AWS sent to ops@example.com');
  });

  it('goes ahead off a terminal, in plain lines, without the key', async () => {
    const { code, stdout, stderr } = await pipeline('--max-tasks', '6');
    expect(code, stderr).to.equal(0);
    expect(stderr)
      .to.match(/max-tasks +4 -> 6/)
      .and.not.to.include('\x1b');
    expect(stderr).to.include('updated: Decides when the service sleeps');
    expect(stdout).to.match(/^Stage dev is up to date again\.\n {2}Endpoint/);
    expect(stdout).to.include('shown by: mcp-s3 key show');
  });

  it('reminds of the mail until it is confirmed', async () => {
    const confirmed = 'Confirm the e-mail';
    const list = (SubscriptionArn: string) => {
      const entry = `<TopicArn>t</TopicArn><Protocol>email</Protocol><SubscriptionArn>${SubscriptionArn}</SubscriptionArn><Owner>1</Owner><Endpoint>ops@example.com</Endpoint>`;
      emulator.proxy.rig({
        action: 'sns:ListSubscriptionsByTopic',
        do: (call) => queryResult(call, `<Subscriptions><member>${entry}</member></Subscriptions>`),
        times: 1,
      });
    };
    list('PendingConfirmation');
    const first = await pipeline();
    expect(first.stdout)
      .to.match(/^Nothing to change/)
      .and.to.include(`${confirmed} that AWS sent to ops@`);
    list('PendingConfirmation');
    expect(JSON.parse((await pipeline('--json')).stdout)).to.include({ confirm_email: 'ops@example.com' });
    list('arn:aws:sns:eu-central-1:1:t:0815');
    const second = await pipeline();
    expect(second.stdout)
      .to.match(/^Nothing to change/)
      .and.not.to.include(confirmed);
  });

  it('has a code of its own for changes that are only looked for', async () => {
    const changes = await pipeline('--max-tasks', '7', '--fail-on-changes');
    expect(changes.code, changes.stderr).to.equal(6);
    expect(changes.stdout).to.match(/^Updates the stack mcp-dev:/);
    const none = await pipeline('--fail-on-changes');
    expect(none.code, none.stderr).to.equal(0);
    expect(none.stdout).to.match(/^Nothing to change: stage dev is up to date\./);
  });

  it('prints one object with --json', async () => {
    emulator.proxy.calls.length = 0;
    const { code, stdout, stderr } = await pipeline('--json');
    const calls = emulator.proxy.calls.map(({ action }) => action);
    expect(calls.length, calls.join('\n')).to.be.at.most(20);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report).to.include({
      result: 'unchanged',
      stage: 'dev',
      account: '123456789012',
      stack: 'mcp-dev',
    });
    expect(report.settings).to.include({ 'max-tasks': '6', platform: 'linux/arm64', schedule: 'off' });
    expect(report.outputs.api_gateway_endpoint).to.match(/\/v1$/);
    expect(stdout).not.to.match(/x-api-key|"api_key"/);
  });

  it('refuses an image for another platform before anything is made', async () => {
    const wrong = await giveImage(emulator, 'amd64');
    const { code, stderr } = await pipeline('--stage', 'other', '--image-uri', wrong);
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /is for linux\/amd64, and tasks run on linux\/arm64[\s\S]*--platform linux\/amd64/,
    );
    const missing = await pipeline('--stage', 'other', '--image-uri', wrong.replace('amd64', 'none'));
    expect(missing.stderr).to.include('has no image');
    expect(missing.code).to.equal(1);
  });

  it('needs a program that builds, or an image', async () => {
    const { env } = options();
    const { code, stderr } = await runCli(['deploy', '--stage', 'other'], {
      home,
      env: { ...env, PATH: '/nowhere' },
    });
    expect(code).to.equal(1);
    expect(stderr).to.match(/neither docker, podman, finch nor buildah[\s\S]*--image-uri/);
  });
});
