import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { StdioChannel } from '../../src/bridge/stdio-channel.ts';
import type { McpMessage } from '../../src/targets/mcp-channel.ts';

const LIMIT = 16 * 1024 * 1024;
const line = (message: object) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('MCP on standard input and output', () => {
  let input: PassThrough;
  let output: PassThrough;
  let channel: StdioChannel;
  let heard: McpMessage[];
  let ended: boolean;

  beforeEach(async () => {
    [input, output, heard, ended] = [new PassThrough(), new PassThrough(), [], false];
    channel = new StdioChannel(input, output);
    channel.onmessage = (message) => heard.push(message);
    channel.onclose = () => {
      ended = true;
    };
    await channel.start();
  });

  const written = (): McpMessage[] =>
    String(output.read() ?? '')
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text));

  it('takes messages however the bytes are cut', async () => {
    const bytes = Buffer.from(
      line({ id: 1, method: 'a', params: { text: 'größe 🚀' } }) + line({ id: 'b', method: 'b' }),
    );
    for (const byte of bytes) input.write(Buffer.of(byte));
    await turn();
    expect(heard.map(({ method }) => method)).to.deep.equal(['a', 'b']);
    expect(heard[0]!.params).to.deep.equal({ text: 'größe 🚀' });
  });

  it('takes Windows line ends, empty lines, and a last line without an end', async () => {
    input.write(`\r\n${line({ method: 'a' }).replace('\n', '\r\n')}\n`);
    input.end(line({ method: 'b' }).trim());
    await channel.closed;
    expect(heard.map(({ method }) => method)).to.deep.equal(['a', 'b']);
  });

  it('answers what is no message, and goes on', async () => {
    input.write(
      '{"jsonrpc":\n[1]\n"x"\n{"id":1,"method":"a"}\n{"jsonrpc":"2.0","id":{},"method":"a"}\n{"jsonrpc":"2.0"}\n',
    );
    input.write(line({ id: 1, method: 'good' }));
    await turn();
    expect(written().map(({ id, error }) => [id, error!.code])).to.deep.equal([
      [null, -32700],
      [null, -32600],
      [null, -32600],
      [null, -32600],
      [null, -32600],
      [null, -32600],
    ]);
    expect(heard.map(({ method }) => method)).to.deep.equal(['good']);
  });

  it('takes a message of 10 MB, and skips one that is larger than its limit', async () => {
    const text = 'x'.repeat(10_000_000);
    input.write(line({ method: 'large', params: { text } }));
    await turn();
    expect(heard[0]!.params!.text).to.have.lengthOf(text.length);
    const piece = Buffer.alloc(1024 * 1024, 'y');
    for (let size = 0; size <= LIMIT; size += piece.length) input.write(piece);
    input.write(`\n${line({ method: 'next' })}`);
    while (heard.length < 2) await turn();
    await turn();
    expect(heard[1]!.method).to.equal('next');
    expect(written()[0]!.error).to.include({ code: -32600, message: 'the message is larger than 16 MiB' });
  });

  it('answers what was asked before the input ended, then closes', async () => {
    input.end(line({ id: 1, method: 'a' }) + line({ id: 2, method: 'b' }));
    await turn();
    await channel.send({ jsonrpc: '2.0', id: 2, result: {} });
    await turn();
    expect(ended).to.equal(false);
    await channel.send({ jsonrpc: '2.0', id: 1, result: {} });
    await channel.closed;
    expect([ended, written().map(({ id }) => id)]).to.deep.equal([true, [2, 1]]);
  });

  it('waits neither for what was cancelled nor for a subscription', async () => {
    input.write(line({ id: 1, method: 'a' }) + line({ id: 2, method: 'subscriptions/listen' }));
    input.end(line({ method: 'notifications/cancelled', params: { requestId: 1 } }));
    await channel.closed;
    expect(heard).to.have.lengthOf(3);
  });

  it('reads no more while the client does not', async () => {
    const text = 'x'.repeat(100_000);
    input.write(line({ id: 1, method: 'a' }));
    await turn();
    void channel.send({ jsonrpc: '2.0', id: 1, result: { text } });
    await turn();
    input.write(line({ id: 2, method: 'b' }));
    await turn();
    expect(heard).to.have.lengthOf(1);
    output.resume();
    while (heard.length < 2) await turn();
  });

  it('closes when the client is gone', async () => {
    input.write(line({ id: 1, method: 'a' }));
    output.destroy(Object.assign(new Error('EPIPE'), { code: 'EPIPE' }));
    await channel.closed;
    await channel.send({ jsonrpc: '2.0', id: 1, result: {} });
    expect(ended).to.equal(true);
  });
});
