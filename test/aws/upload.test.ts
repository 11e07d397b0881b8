import { createHash } from 'node:crypto';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createWholeStage, type WholeStage } from '../support/aws/whole-stage.ts';
import {
  type CliHome,
  type CliOptions,
  createCliHome,
  removeCliHome,
  runCli,
  startCli,
} from '../support/cli.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';

const MB = 1024 * 1024;

describe('upload on AWS', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let stage: WholeStage;
  let home: CliHome;
  let s3: S3Client;
  const run = (args: string[], more: CliOptions = {}) =>
    runCli(['upload', ...args], { home, env: emulator.env(), ...more });
  const keys = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stage.ids.Bucket! }));
    return Contents.map(({ Key }) => Key!);
  };
  const textOf = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: stage.ids.Bucket!, Key }));
    return Body!.transformToString();
  };
  const openUploads = async () => {
    const command = new ListMultipartUploadsCommand({ Bucket: stage.ids.Bucket! });
    return (await s3.send(command)).Uploads ?? [];
  };

  before(async () => {
    emulator = await startEmulator();
    stage = await createWholeStage(emulator, 'dev', { Presummarize: 'off' });
    s3 = emulator.client(S3Client);
    home = await createCliHome();
    await writeFile(join(home.cwd, 'a.txt'), 'one');
    await writeFile(join(home.cwd, 'big.bin'), '');
    await truncate(join(home.cwd, 'big.bin'), 40 * MB);
  });
  after(async () => {
    await emulator?.close();
    await removeCliHome(home);
  });
  afterEach(() => emulator.proxy.reset());

  it('stores files under any key, as they are', async () => {
    const odd = [
      'a b+c%20.txt',
      '../up.txt',
      'x//y',
      '/lead',
      'Ümläut 🎉.md',
      'ends/',
      "it's.txt",
      'a&b=c?.txt',
    ];
    for (const key of odd) {
      const { code, stderr } = await run(['-', '--key', key], { stdin: `text of ${key}` });
      expect(code, `${key}: ${stderr}`).to.equal(0);
      expect(await textOf(key)).to.equal(`text of ${key}`);
    }
    expect(await keys()).to.have.members(odd);
  });

  it('keeps the paths of a folder, and says what was stored', async () => {
    await mkdir(join(home.cwd, 'notes/deep'), { recursive: true });
    await writeFile(join(home.cwd, 'notes/deep/b.txt'), 'two');
    const { code, stdout } = await run(['notes', 'a.txt', '--prefix', 'team/', '--json']);
    expect(code).to.equal(0);
    const { results } = JSON.parse(stdout);
    expect(results.map(({ key }: { key: string }) => key)).to.have.members([
      'team/notes/deep/b.txt',
      'team/a.txt',
    ]);
    expect(await textOf('team/notes/deep/b.txt')).to.equal('two');
  });

  it('stores many files at once, and says no more than that', async () => {
    await mkdir(join(home.cwd, 'many'));
    for (let index = 0; index < 40; index++) await writeFile(join(home.cwd, `many/${index}.txt`), 'text');
    const { code, stderr } = await run(['many']);
    expect({ code, stderr }).to.deep.equal({
      code: 0,
      stderr: 'Using stage dev in eu-central-1.\nUploaded 40 of 40 (160 B).\n',
    });
  });

  it('leaves alone what is there with --no-clobber', async () => {
    await run(['-', '--key', 'kept.txt'], { stdin: 'first' });
    const { code, stdout, stderr } = await run(['-', '--key', 'kept.txt', '--no-clobber'], {
      stdin: 'second',
    });
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '' });
    expect(stderr).to.include('Skipped, it exists already: kept.txt');
    expect(await textOf('kept.txt')).to.equal('first');
    const big = ['big.bin', '--key', 'kept.txt', '--no-clobber', '--json'];
    expect(JSON.parse((await run(big)).stdout)).to.include({ uploaded: 0, skipped: 1 });
    expect(await openUploads()).to.deep.equal([]);
  });

  it('stores a large file in parts, whole', async () => {
    const { code, stdout } = await run(['big.bin', '--json']);
    expect(code).to.equal(0);
    expect(JSON.parse(stdout).results[0]).to.include({ key: 'big.bin', size: 40 * MB });
    expect(emulator.proxy.count('s3:UploadPart')).to.equal(5);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: stage.ids.Bucket!, Key: 'big.bin' }));
    const sum = createHash('sha256');
    for await (const chunk of Body as AsyncIterable<Buffer>) sum.update(chunk);
    expect(sum.digest('hex')).to.equal(
      createHash('sha256')
        .update(Buffer.alloc(40 * MB))
        .digest('hex'),
    );
  });

  it('leaves no open upload behind at Ctrl-C', async () => {
    let arrived: () => void;
    const inTheMiddle = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    emulator.proxy.rig({
      action: 's3:UploadPart',
      after: 1,
      do: () => {
        arrived();
        return new Promise<never>(() => {});
      },
    });
    const running = startCli(['upload', 'big.bin', '--key', 'half.bin'], { home, env: emulator.env() });
    await inTheMiddle;
    expect(await openUploads()).to.have.lengthOf(1);
    const { code, stdout } = await running.stop();
    expect({ code, stdout }).to.deep.equal({ code: 130, stdout: '' });
    expect(await openUploads()).to.deep.equal([]);
    expect(await keys()).not.to.include('half.bin');
  });

  it('leaves no open upload behind where a part is refused for good, and says so', async () => {
    emulator.proxy.rig({ action: 's3:UploadPart', after: 2, do: 'deny' });
    const { code, stdout, stderr } = await run(['big.bin', '--key', 'half.bin']);
    expect(code).to.equal(3);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/may not do s3:\w+/);
    expect(await openUploads()).to.deep.equal([]);
  });

  it('repeats what failed on the way', async () => {
    emulator.proxy.rig({ action: 's3:UploadPart', do: 'fail', times: 1 });
    emulator.proxy.rig({ action: 's3:UploadPart', do: 'cut', times: 1, after: 3 });
    emulator.proxy.rig({ action: 's3:PutObject', do: 'throttle', times: 1 });
    expect((await run(['big.bin', 'a.txt', '--prefix', 'again/'])).code).to.equal(0);
    expect(await keys()).to.include.members(['again/big.bin', 'again/a.txt']);
    expect(await openUploads()).to.deep.equal([]);
  });

  it('names the action that is denied, and where the network ends', async () => {
    const user = await createUser(emulator, 'ann', allow('cloudformation:DescribeStacks'));
    const denied = await run(['a.txt'], { env: emulator.env(user.keys) });
    expect(denied.code).to.equal(3);
    expect(denied.stderr).to.include('s3:PutObject');
    emulator.proxy.rig({ action: 's3:PutObject', do: 'cut' });
    const cut = await run(['a.txt', '--key', 'never.txt']);
    expect(cut.code).to.equal(1);
    expect(cut.stderr).to.match(/^Error: cannot store "never.txt": the connection broke off/m);
    expect(await keys()).not.to.include('never.txt');
  });

  it('goes through the proxy that the environment names', async () => {
    const proxy = await startConnectProxy(() => emulator.url);
    try {
      const env = { ...emulator.env(), AWS_ENDPOINT_URL: 'http://aws.test', HTTP_PROXY: proxy.url };
      const { code, stderr } = await run(['a.txt', '--key', 'by-proxy.txt'], { env });
      expect(code, stderr).to.equal(0);
      expect(await textOf('by-proxy.txt')).to.equal('one');
      expect(new Set(proxy.asked)).to.deep.equal(new Set(['aws.test:80']));
    } finally {
      await proxy.close();
    }
  });
});
