import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event as FilterLogEvents tells it. */
export interface ServedEvent {
  eventId: string;
  logStreamName: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
  ingestionTime: number;
}

export interface LogsServer {
  url: string;
  /** Names of the operations asked so far. */
  asked: string[];
  close(): Promise<void>;
}

interface FilterLogEventsRequest {
  startTime?: number;
  endTime?: number;
  limit?: number;
  nextToken?: string;
}

const STACK = 'arn:aws:cloudformation:eu-central-1:123456789012:stack/mcp-dev/51af3dc0-da77-11e4-872e';
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_000_000;

/**
 * CloudWatch Logs with as many events as a test wants, made when they are asked for, in pages as AWS gives them: of
 * 10,000 events or 1 MB at most, and now and then an empty one. MiniStack has no pages. It knows one stage, `dev`.
 * test/aws/logs-server.test.ts holds it to AWS's model of the API.
 * @param eventAt the event of a number from 0 on, in order of time
 */
export async function startLogsServer(
  count: number,
  eventAt: (index: number) => ServedEvent,
): Promise<LogsServer> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = String(request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action'));
    asked.push(operation.slice(operation.indexOf('.') + 1));
    if (operation === 'DescribeStacks') {
      response.writeHead(200, { 'content-type': 'text/xml' }).end(describeStacks());
    } else if (operation.endsWith('.FilterLogEvents')) {
      const page = pageOf(JSON.parse(body), count, eventAt);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(page));
    } else {
      const refusal = { __type: 'InvalidOperationException', message: `not served: ${operation}` };
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(refusal));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pageOf(
  {
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
    limit = MOST_EVENTS,
    nextToken,
  }: FilterLogEventsRequest,
  count: number,
  eventAt: (index: number) => ServedEvent,
): { events: ServedEvent[]; searchedLogStreams: []; nextToken?: string } {
  const [from = 0, empty = 0] = (nextToken ?? '').split('/').map(Number);
  const events: ServedEvent[] = [];
  // A page that found nothing so far.
  if (empty === 1) return { events, searchedLogStreams: [], nextToken: `${from}/0` };
  let bytes = 0;
  let index = from;
  for (; index < count && events.length < limit && bytes < MOST_BYTES; index++) {
    const event = eventAt(index);
    if (event.timestamp < startTime || event.timestamp > endTime) continue;
    events.push(event);
    bytes += event.message.length + 100;
  }
  if (index >= count) return { events, searchedLogStreams: [] };
  return { events, searchedLogStreams: [], nextToken: `${index}/${Math.ceil(index / 1000) % 2}` };
}

function describeStacks(): string {
  const pairs = (name: string, key: string, values: Record<string, string>) =>
    Object.entries(values)
      .map(
        ([each, value]) =>
          `<member><${key}Key>${each}</${key}Key><${key}Value>${value}</${key}Value></member>`,
      )
      .join('')
      .replace(/^.*$/s, (members) => `<${name}>${members}</${name}>`);
  const outputs = pairs('Outputs', 'Output', { LogGroupName: '/ecs/mcp-dev-task', S3BucketName: 'bucket' });
  const tags = '<Tags><member><Key>mcp-s3:stage</Key><Value>dev</Value></member></Tags>';
  const stack = `<StackId>${STACK}</StackId><StackName>mcp-dev</StackName><CreationTime>2026-11-24T10:00:00.000Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>${outputs}${tags}`;
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member>${stack}</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
