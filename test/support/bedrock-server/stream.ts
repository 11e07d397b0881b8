import type { ServerResponse } from 'node:http';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { type ContentBlock, piecesOf, type Reply, usageOf } from './answer.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

const header = (value: string) => ({ type: 'string' as const, value });

/** One message of `application/vnd.amazon.eventstream`. */
function message(kind: 'event' | 'exception', type: string, body: object): Uint8Array {
  return codec.encode({
    headers: {
      [kind === 'event' ? ':event-type' : ':exception-type']: header(type),
      ':content-type': header('application/json'),
      ':message-type': header(kind),
    },
    body: Buffer.from(JSON.stringify(body)),
  });
}

const event = (type: string, body: object) => message('event', type, body);

/** Streams a reply as ConverseStream does, or breaks it off where the reply says so. */
export async function streamReply(
  response: ServerResponse,
  reply: Reply,
  promptLength: number,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-requestid': 'test-request',
  });
  response.flushHeaders();
  if (reply.pause?.pieces === 0) await reply.pause.until;
  response.write(event('messageStart', { role: 'assistant' }));
  const { blocks, pieces } = piecesOf(reply);
  let open = -1;
  for (const [sent, { block, delta }] of pieces.entries()) {
    if (sent === reply.after?.pieces) return breakOff(response, reply.after);
    if (sent > 0 && sent === reply.pause?.pieces) await reply.pause.until;
    if (block !== open) {
      if (open >= 0) response.write(event('contentBlockStop', { contentBlockIndex: open }));
      open = block;
      const start = startOf(blocks[block]!);
      if (start) response.write(event('contentBlockStart', { contentBlockIndex: block, start }));
    }
    response.write(event('contentBlockDelta', { contentBlockIndex: block, delta }));
    // A read of its own for each, as from a model.
    await new Promise((resolve) => setImmediate(resolve));
    if (response.destroyed) return;
  }
  if (reply.after !== undefined) return breakOff(response, reply.after);
  if (open >= 0) response.write(event('contentBlockStop', { contentBlockIndex: open }));
  response.write(event('messageStop', { stopReason: stopReasonOf(reply, blocks) }));
  if (reply.usage !== null) {
    response.write(
      event('metadata', { usage: withTotal(usageOf(reply, promptLength)), metrics: { latencyMs: 1 } }),
    );
  }
  response.end();
}

/** The same reply as the one JSON object of Converse. */
export function sendReply(response: ServerResponse, reply: Reply, promptLength: number): void {
  const { blocks } = piecesOf(reply);
  const content = blocks.map((block) => {
    if ('text' in block) return { text: [block.text].flat().join('') };
    if ('reasoning' in block) return { reasoningContent: { reasoningText: { text: block.reasoning } } };
    return block;
  });
  const body = {
    output: { message: { role: 'assistant', content } },
    stopReason: stopReasonOf(reply, blocks),
    usage: withTotal(usageOf(reply, promptLength)),
    metrics: { latencyMs: 1 },
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function breakOff(response: ServerResponse, after: NonNullable<Reply['after']>): void {
  if ('exception' in after) {
    const body = { message: after.message ?? 'broken off by the test server' };
    response.end(message('exception', after.exception, body));
  } else if ('cut' in after) {
    const half = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'never arrives whole' } });
    response.write(half.subarray(0, half.length / 2), () => response.destroy());
  } else {
    response.end();
  }
}

function startOf(block: ContentBlock): object | undefined {
  if (!('toolUse' in block)) return undefined;
  const { toolUseId, name } = block.toolUse;
  return { toolUse: { toolUseId, name } };
}

function stopReasonOf(reply: Reply, blocks: ContentBlock[]): string {
  return reply.stopReason ?? (blocks.some((block) => 'toolUse' in block) ? 'tool_use' : 'end_turn');
}

function withTotal(usage: { inputTokens: number; outputTokens: number }): object {
  return { ...usage, totalTokens: usage.inputTokens + usage.outputTokens };
}
