import path from 'node:path';
import { expect } from 'chai';
import { Agent } from 'undici';
import type { RegionalConnection } from '../../src/aws/connection.ts';
import { logEvents } from '../../src/aws/logs.ts';
import { readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { complaints } from '../support/aws/api-model.ts';
import { type LogsServer, startLogsServer } from '../support/aws/logs-server.ts';
import { ministackProgram } from '../support/aws/ministack.ts';

const signal = new AbortController().signal;
const START = Date.parse('2026-11-24T00:00:00Z');
const COUNT = 12_345;

describe('the stand-in for CloudWatch Logs with pages', () => {
  let server: LogsServer;
  let connection: RegionalConnection;
  let dispatcher: Agent;
  before(async () => {
    server = await startLogsServer(COUNT, (index) => ({
      eventId: String(index),
      logStreamName: 'one',
      timestamp: START + index,
      ingestionTime: START + index,
      message: `line ${index}`,
    }));
    dispatcher = new Agent();
    connection = {
      region: 'eu-central-1',
      env: { AWS_ENDPOINT_URL: server.url },
      dispatcher,
      credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
    };
  });
  after(async () => {
    await dispatcher.destroy();
    await server.close();
  });

  it('answers as the model of the API says', async () => {
    const python = path.join(path.dirname(ministackProgram()), 'python');
    const answers = [];
    let nextToken: string | undefined;
    do {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'x-amz-target': 'Logs_20140328.FilterLogEvents' },
        body: JSON.stringify({ logGroupName: 'g', nextToken }),
      });
      const answer = (await response.json()) as { nextToken?: string };
      answers.push(answer);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    expect(answers).to.have.length.above(1);
    const checks = answers.map((answer) => ({ service: 'logs', operation: 'FilterLogEvents', answer }));
    expect(await complaints(python, checks)).to.deep.equal(checks.map(() => ''));
    const wrong = { ...checks[0]!, answer: { events: [{ timestamp: 'now' }], more: 1 } };
    expect(await complaints(python, [wrong])).to.match(/Invalid type.*timestamp.*more/s);
  });

  it('gives every event once, over pages of which some are empty', async () => {
    const sizes = [];
    const lines = [];
    for await (const page of logEvents(connection, { group: 'g', since: START }, signal)) {
      sizes.push(page.length);
      lines.push(...page.map(({ message }) => message));
    }
    expect(sizes).to.include(0);
    expect(lines).to.deep.equal(Array.from({ length: COUNT }, (_, index) => `line ${index}`));
  });

  it('is a stage that can be found', async () => {
    expect(await readDeployedStack(connection, 'dev', signal)).to.deep.include({
      outputs: { LogGroupName: '/ecs/mcp-dev-task', S3BucketName: 'bucket' },
    });
  });
});
