import { expect } from 'chai';
import { tagApiKey } from '../../src/aws/api-keys.ts';
import { describeStack } from '../../src/aws/cloudformation.ts';
import { EXPIRES_TAG } from '../../src/targets/aws/key-slots.ts';
import { completeApiKeys } from '../support/aws/api-keys.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { type LiveStage, publishImage, serveStage } from '../support/aws/live-stage.ts';
import { openModels } from '../support/aws/open-models.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

const { signal } = new AbortController();

describe('deploy after a rotation of the key', function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let home: CliHome;
  let live: LiveStage;
  let old: string;
  let fresh: string;
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(args, { home, env: emulator.env() });
    expect(code, `${args.join(' ')}: ${stderr}${stdout}`).to.equal(0);
    return stdout.trim();
  };
  const deploy = async (...args: string[]) => JSON.parse(await run('deploy', '--json', ...args));
  const stack = async () => (await describeStack(emulator.connection(), 'mcp-dev', signal))!;
  const slots = async () => (await stack()).parameters.KeySlots;
  const answers = async () => {
    const url = `${emulator.direct}/restapis/${(await stack()).outputs.RestApiId}/v1/_user_request_/health`;
    const ask = async (key: string) => (await fetch(url, { headers: { 'x-api-key': key } })).status;
    return [await ask(old), await ask(fresh)];
  };
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
    openModels(emulator);
    live = await serveStage(emulator, 'dev');
    const image = await publishImage(emulator);
    await run('deploy', '--image-uri', image, '--rate-limit', '1000', '--burst', '1000');
    completeApiKeys(emulator, (await stack()).outputs.UsagePlanId!);
    old = await run('key', 'show');
    await run('key', 'rotate');
    fresh = await run('key', 'show');
  });
  after(async () => {
    await live?.close();
    await emulator?.close();
    await removeCliHome(home);
  });

  it('keeps both keys, where nothing changes and where something does', async () => {
    expect(await slots()).to.equal('ab');
    expect((await deploy()).result).to.equal('unchanged');
    const { result, plan } = await deploy('--max-tasks', '5');
    expect(result).to.equal('updated');
    expect(
      plan.resources.changes.map(({ logical_id }: { logical_id: string }) => logical_id).join(),
    ).not.to.match(/ApiKey/);
    expect(await slots()).to.equal('ab');
    expect(await run('key', 'show')).to.equal(fresh);
    expect(await answers()).to.deep.equal([200, 200]);
  });

  it('drops the old one once its time is up, and keeps the new one', async () => {
    const past = { [EXPIRES_TAG]: new Date(Date.now() - 1000).toISOString() };
    await tagApiKey(emulator.connection(), (await stack()).outputs.ApiKeyIdA!, past, 'aws', signal);
    expect((await deploy()).result).to.equal('updated');
    expect(await slots()).to.equal('b');
    expect(await answers()).to.deep.equal([403, 200]);
    expect(await run('key', 'show')).to.equal(fresh);
    expect((await deploy()).result).to.equal('unchanged');
  });
});
