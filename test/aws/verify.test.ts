import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { summarizedAhead } from '../../src/targets/aws/summarized-ahead.ts';
import type { Emulator } from '../support/aws/emulator.ts';
import { connectFunctions } from '../support/aws/functions.ts';
import type { Gateway } from '../support/aws/gateway.ts';
import { type ServedStage, startServedStage } from '../support/aws/served-stage.ts';
import type { WholeStage } from '../support/aws/whole-stage.ts';

import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { failures, type Report, statuses } from '../support/verifying.ts';

const signal = new AbortController().signal;

describe('verify on AWS', function () {
  this.timeout(180_000);
  let served: ServedStage;
  let emulator: Emulator;
  let stage: WholeStage;
  let gateway: Gateway;
  let home: CliHome;
  before(async () => {
    served = await startServedStage();
    ({ emulator, stage, gateway } = served);
    await connectFunctions(emulator, stage, gateway);
    home = await createCliHome();
  });
  after(async () => {
    await served?.close();
    await removeCliHome(home);
  });

  const verify = async (...args: string[]): Promise<Report & { code: number | null }> => {
    const { code, stdout, stderr } = await runCli(['verify', '--json', ...args], {
      home,
      env: emulator.env(),
    });
    expect(stderr).to.equal('');
    return { ...JSON.parse(stdout), code };
  };
  const seen = ({ checks }: Report, name: string) => checks.find((check) => check.name === name)!.seen;

  it('walks through all of it, follows an upload to its cached summary and finds the limit', async () => {
    const report = await verify('--events', '--throttle');
    expect(failures(report)).to.deep.equal({});
    expect(report).to.include({ passed: true, code: 0 });
    expect(statuses(report, 'not_reached')).to.deep.equal([]);
    expect(statuses(report, 'skipped')).to.deep.equal([]);
    expect(seen(report, 'upload events')).to.match(/^summarized in \d+\.\d s, and cached$/);
    expect(seen(report, 'throttle')).to.match(/^429 after \d+ requests$/);
    const { Contents = [] } = await emulator
      .client(S3Client)
      .send(new ListObjectsV2Command({ Bucket: stage.ids.Bucket! }));
    expect(Contents.filter(({ Key }) => !Key!.startsWith('.mcp-s3/'))).to.deep.equal([]);
    // The key for the burst is gone again.
    const { items = [] } = await emulator
      .client(APIGatewayClient)
      .send(new GetApiKeysCommand({ limit: 500 }));
    expect(items.filter(({ name }) => name!.includes('verify'))).to.deep.equal([]);
  });

  it('tells what the function for new files says of one that has no summary, and when it says nothing', async () => {
    const stack = await readDeployedStack(emulator.connection(), 'dev', signal);
    const Key = 'pictures/a b.png';
    const Body = Buffer.from('89504e470d0a1a0a00000000', 'hex');
    await emulator
      .client(S3Client)
      .send(new PutObjectCommand({ Bucket: stage.ids.Bucket!, Key, Body, ContentType: 'image/png' }));
    const became = await summarizedAhead(stack, emulator.connection(), Key, signal);
    expect(became).to.have.property('kind', 'refused');
    expect(became)
      .to.have.property('why')
      .that.matches(/not.*text/i);
    expect(await summarizedAhead(stack, emulator.connection(), 'nobody.txt', signal, -1)).to.include({
      kind: 'unheard',
      last: undefined,
    });
    const off = { ...stack, parameters: { ...stack.parameters, Presummarize: 'off' } };
    expect(await summarizedAhead(off, emulator.connection(), Key, signal)).to.deep.equal({ kind: 'off' });
  });
});
