import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient, ListClustersCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from 'chai';
import type { Emulator, Keys } from '../support/aws/emulator.ts';
import { connectFunctions } from '../support/aws/functions.ts';
import type { Gateway } from '../support/aws/gateway.ts';
import { sessionOf } from '../support/aws/real-task.ts';
import { type ServedStage, startServedStage } from '../support/aws/served-stage.ts';
import type { WholeStage } from '../support/aws/whole-stage.ts';
import type { BedrockServer } from '../support/bedrock-server/server.ts';

const TEXT = 'The harbour was closed on Monday. It opens on Thursday.';

describe('an upload', function () {
  this.timeout(120_000);
  let served: ServedStage;
  let emulator: Emulator;
  let stage: WholeStage;
  let bedrock: BedrockServer;
  let gateway: Gateway;
  before(async () => {
    served = await startServedStage();
    ({ emulator, stage, bedrock, gateway } = served);
    await connectFunctions(emulator, stage, gateway);
  });
  after(async () => {
    await served?.close();
  });

  const put = (Key: string) =>
    emulator
      .client(S3Client)
      .send(new PutObjectCommand({ Bucket: stage.ids.Bucket!, Key, Body: `${TEXT} (${Key})` }));

  async function summaries(): Promise<number> {
    const { KeyCount = 0 } = await emulator
      .client(S3Client)
      .send(new ListObjectsV2Command({ Bucket: stage.ids.Bucket!, Prefix: '.mcp-s3/summaries/' }));
    return KeyCount;
  }

  async function logged(): Promise<string> {
    const { events = [] } = await emulator
      .client(CloudWatchLogsClient)
      .send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/mcp-dev-upload' }));
    return events.map(({ message }) => message).join('\n');
  }

  it('ends as a cached summary: event, queue, function, keeper, API, server', async () => {
    await put('docs/a b+c.txt');
    await until(async () => (await summaries()) === 1);
    const answer = await fetch(`${gateway.url}/summarize`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': gateway.key },
      body: JSON.stringify({ file_key: 'docs/a b+c.txt' }),
    });
    expect(await answer.json()).to.include({ summary: 'A short summary.', cached: true });
    expect(await logged()).not.to.include('the keeper could not be asked');
    expect(bedrock.requests).to.have.length(1);
  });

  it('is summarized once, and the summary itself never', async () => {
    await put('docs/b.txt');
    await until(async () => (await summaries()) === 2);
    // A third one passes through the same queue after whatever the summaries might have sent.
    await put('docs/c.txt');
    await until(async () => (await summaries()) === 3);
    await until(async () => (await logged()).includes('docs/c.txt'));
    const lines = (await logged()).split('\n').filter((line) => line.includes('"file_key"'));
    expect(lines.map((line) => JSON.parse(line.slice(line.indexOf('{'))).msg)).to.deep.equal(
      lines.map(() => 'summarized'),
    );
    expect(lines).to.have.length(3);
    expect(bedrock.requests).to.have.length(3);
  });

  it('is handled by functions that may do nothing else', async () => {
    const upload = await sessionOf(emulator, await roleOf('UploadFunction'));
    const keeper = await sessionOf(emulator, await roleOf('Keeper'));
    const denied = async (keys: Keys, send: (config: object) => Promise<unknown>) => {
      const error = (await send({ ...configOf(keys), forcePathStyle: true }).catch(
        (reason) => reason,
      )) as Error;
      expect(error?.name).to.match(/AccessDenied|NotAuthorized|Forbidden/);
    };
    const secret = (id: string) => (config: object) =>
      new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: stage.ids[id]! }));
    await secret('UploadApiKeySecret')(configOf(upload));
    for (const keys of [upload, keeper]) {
      await denied(keys, secret('ApiKeySecretA'));
      const object = { Bucket: stage.ids.Bucket!, Key: 'docs/b.txt' };
      await denied(keys, (config) => new S3Client(config).send(new GetObjectCommand(object)));
      await denied(keys, (config) => new ECSClient(config).send(new ListClustersCommand({})));
      await denied(keys, (config) => new IAMClient(config).send(new ListRolesCommand({})));
    }
    await denied(upload, (config) =>
      new ECSClient(config).send(
        new UpdateServiceCommand({
          cluster: stage.ids.Cluster!,
          service: stage.ids.Service!,
          desiredCount: 0,
        }),
      ),
    );
    await denied(keeper, secret('UploadApiKeySecret'));
  });

  const configOf = (keys: Keys) => ({
    region: emulator.region,
    endpoint: emulator.url,
    credentials: keys,
  });

  async function roleOf(id: string): Promise<string> {
    const FunctionName = stage.ids[id]!;
    const client = emulator.client(LambdaClient);
    return (await client.send(new GetFunctionConfigurationCommand({ FunctionName }))).Role!;
  }
});

/** Longer than anything here takes on the slowest machine. */
const PATIENCE_MS = 90_000;

async function until(done: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await done()); await sleep(200)) {
    if (Date.now() > end) throw new Error('it does not come');
  }
}
