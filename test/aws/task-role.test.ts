import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { type RealTask, startTask } from '../support/aws/real-task.ts';
import { createWholeStage, type WholeStage } from '../support/aws/whole-stage.ts';
import { type BedrockServer, startBedrockServer } from '../support/bedrock-server/server.ts';

describe('the server under the role of the task', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let stage: WholeStage;
  let bedrock: BedrockServer;
  let task: RealTask;
  before(async () => {
    emulator = await startEmulator();
    stage = await createWholeStage(emulator, 'dev');
    bedrock = await startBedrockServer();
    task = await startTask(emulator, stage, bedrock.url);
    await put(stage.ids.Bucket!, 'docs/a.txt', 'The harbour was closed on Monday. It opens on Thursday.');
  });
  after(async () => {
    await task?.close();
    await bedrock?.close();
    await emulator?.close();
  });

  const put = (Bucket: string, Key: string, Body: string) =>
    emulator.client(S3Client).send(new PutObjectCommand({ Bucket, Key, Body }));
  const get = (path: string) => fetch(`${task.url}${path}`);

  it('lists and reads its bucket', async () => {
    expect((await get('/health')).status).to.equal(200);
    const { files } = (await (await get('/files')).json()) as { files: { key: string }[] };
    expect(files.map(({ key }) => key)).to.deep.equal(['docs/a.txt']);
    expect(await (await get('/file?key=docs/a.txt')).text()).to.include('harbour');
    expect((await get('/file?key=docs/none.txt')).status).to.equal(404);
  });

  it('reads behind the path that API Gateway leaves before its own', async () => {
    expect((await get('/v1/file?key=docs/a.txt')).status).to.equal(200);
  });

  it('summarizes, and keeps the summary in the bucket', async () => {
    const summarize = async () => {
      const answer = await fetch(`${task.url}/summarize`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ file_key: 'docs/a.txt' }),
      });
      return (await answer.json()) as { summary: string; cached: boolean };
    };
    expect(await summarize()).to.include({ summary: 'A short summary.', cached: false });
    expect(await summarize()).to.include({ summary: 'A short summary.', cached: true });
    const { Contents = [] } = await emulator
      .client(S3Client)
      .send(new ListObjectsV2Command({ Bucket: stage.ids.Bucket!, Prefix: '.mcp-s3/summaries/' }));
    expect(Contents).to.have.length(1);
  });

  /** What the keys of the task may do themselves; false where it is denied. */
  async function may(send: (config: object) => Promise<unknown>, { keys } = task): Promise<boolean> {
    const { region, url: endpoint } = emulator;
    try {
      await send({ region, endpoint, credentials: keys, forcePathStyle: true });
      return true;
    } catch (error) {
      const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
      if ($metadata?.httpStatusCode === 403 || /AccessDenied/.test(name)) return false;
      throw error;
    }
  }
  const s3 = (command: object, by = task) => may((config) => new S3Client(config).send(command as never), by);

  it("reaches no other bucket, not even an artifact of its own stage's", async () => {
    await emulator.client(S3Client).send(new CreateBucketCommand({ Bucket: 'other' }));
    await put('other', 'a.txt', 'x');
    expect(await s3(new GetObjectCommand({ Bucket: 'other', Key: 'a.txt' }))).to.equal(false);
    expect(await s3(new ListObjectsV2Command({ Bucket: 'other' }))).to.equal(false);
    expect(await s3(new GetObjectCommand({ Bucket: stage.artifacts, Key: 'app.json' }))).to.equal(false);
    expect(await s3(new ListBucketsCommand({}))).to.equal(false);
  });

  it('writes summaries and nothing else, and deletes nothing', async () => {
    const Bucket = stage.ids.Bucket!;
    const write = (Key: string) => s3(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    expect(await write('.mcp-s3/summaries/x.json')).to.equal(true);
    expect(await write('docs/a.txt')).to.equal(false);
    expect(await write('.mcp-s3/summaries-evil/x')).to.equal(false);
    expect(await s3(new DeleteObjectCommand({ Bucket, Key: 'docs/a.txt' }))).to.equal(false);
    expect(await s3(new DeleteObjectCommand({ Bucket, Key: '.mcp-s3/summaries/x.json' }))).to.equal(false);
    const versioning = { Bucket, VersioningConfiguration: { Status: 'Suspended' as const } };
    expect(await s3(new PutBucketVersioningCommand(versioning))).to.equal(false);
  });

  it('reads no secret and sends no message', async () => {
    const secret = new GetSecretValueCommand({ SecretId: stage.ids.ApiKeySecretA! });
    expect(await may((config) => new SecretsManagerClient(config).send(secret))).to.equal(false);
    const message = new SendMessageCommand({ QueueUrl: stage.ids.UploadQueue!, MessageBody: 'x' });
    expect(await may((config) => new SQSClient(config).send(message))).to.equal(false);
  });

  it('writes files where the stage allows it, and still deletes none', async () => {
    const writing = await createWholeStage(emulator, 'writing', { AllowWrites: 'true' });
    const other = await startTask(emulator, writing, bedrock.url);
    try {
      const Bucket = writing.ids.Bucket!;
      expect(await s3(new PutObjectCommand({ Bucket, Key: 'new.txt', Body: 'x' }), other)).to.equal(true);
      expect(await s3(new DeleteObjectCommand({ Bucket, Key: 'new.txt' }), other)).to.equal(false);
      const foreign = { Bucket: stage.ids.Bucket!, Key: 'docs/a.txt' };
      expect(await s3(new GetObjectCommand(foreign), other)).to.equal(false);
    } finally {
      await other.close();
    }
  });
});
