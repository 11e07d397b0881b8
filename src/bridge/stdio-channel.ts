import type { Readable, Writable } from 'node:stream';
import type { McpChannel, McpMessage } from '../targets/mcp-channel.ts';
import {
  answeredId,
  cancelledId,
  errorAnswer,
  flaw,
  INVALID_REQUEST,
  isRequest,
  PARSE_ERROR,
  type RequestId,
} from './json-rpc.ts';
import { LineSplitter } from './line-splitter.ts';

/** Bytes of one message from the client. The service takes 1 MiB; this only bounds the memory. */
const MESSAGE_LIMIT = 16 * 1024 * 1024;

/** Characters that are written at once, however many more are to come. */
const FLUSH_AT = 64 * 1024;

/** Answered when it ends, which is when the client goes: nothing to wait for. */
const ENDLESS = 'subscriptions/listen';

/**
 * MCP on standard input and output: one JSON-RPC message a line, in both protocol generations. When the input
 * ends, requests that were asked are still answered; then the channel closes.
 */
export class StdioChannel implements McpChannel {
  onmessage?: ((message: McpMessage) => void) | undefined;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  /** Resolves when the channel has closed and all of its output is written. */
  readonly closed: Promise<void>;

  private readonly input: Readable;
  private readonly output: Writable;
  private readonly unanswered = new Set<RequestId>();
  private readonly splitter = new LineSplitter(MESSAGE_LIMIT, (line) => this.line(line));
  /** Lines that are written together: those that become ready in one turn of the event loop. */
  private outgoing = '';
  private flushing: NodeJS.Immediate | undefined;
  private drained: Promise<void> | undefined;
  private inputEnded = false;
  private isClosed = false;
  private resolveClosed!: () => void;

  constructor(input: Readable, output: Writable) {
    this.input = input;
    this.output = output;
    this.closed = new Promise((resolve) => {
      this.resolveClosed = resolve;
    });
  }

  async start(): Promise<void> {
    this.input
      .on('data', (chunk: Buffer) => this.splitter.push(chunk))
      .on('end', () => {
        this.splitter.end();
        this.inputEnd();
      })
      .on('close', () => this.inputEnd())
      .on('error', (error) => {
        this.onerror?.(error);
        this.inputEnd();
      });
    // The client has gone: nobody reads what is still to come.
    this.output.on('error', () => void this.close());
  }

  send(message: McpMessage): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    this.outgoing += `${JSON.stringify(message)}\n`;
    if (this.outgoing.length > FLUSH_AT) this.flush();
    else this.flushing ??= setImmediate(() => this.flush());
    const id = answeredId(message);
    if (id !== undefined) this.settle(id);
    return this.drained ?? Promise.resolve();
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.flush();
    this.isClosed = true;
    this.input.pause();
    this.onclose?.();
    this.output.write('', () => this.resolveClosed());
    // A broken pipe never calls back.
    if (this.output.destroyed || this.output.errored !== null) this.resolveClosed();
  }

  private line(line: string | undefined): void {
    if (this.isClosed || line?.trim() === '') return;
    const read = readMessage(line);
    if ('refusal' in read) {
      void this.send(read.refusal);
      return;
    }
    const { message } = read;
    if (isRequest(message) && message.method !== ENDLESS) this.unanswered.add(message.id);
    const cancelled = cancelledId(message);
    this.onmessage?.(message);
    if (cancelled !== undefined) this.settle(cancelled);
  }

  private settle(id: RequestId): void {
    this.unanswered.delete(id);
    this.closeWhenDone();
  }

  private inputEnd(): void {
    this.inputEnded = true;
    this.closeWhenDone();
  }

  private closeWhenDone(): void {
    if (this.inputEnded && this.unanswered.size === 0) void this.close();
  }

  private flush(): void {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    if (this.outgoing === '' || this.isClosed) return;
    const text = this.outgoing;
    this.outgoing = '';
    if (!this.output.write(text)) this.drained ??= this.whenDrained();
  }

  /** While the client does not read, nothing more is read from it: neither side's backlog grows. */
  private whenDrained(): Promise<void> {
    this.input.pause();
    return new Promise<void>((resolve) => {
      const goOn = () => {
        this.drained = undefined;
        this.output.off('drain', goOn).off('close', goOn).off('error', goOn);
        if (!this.isClosed) this.input.resume();
        resolve();
      };
      this.output.on('drain', goOn).on('close', goOn).on('error', goOn);
    });
  }
}

/** @param line undefined for one that is too long to be read */
function readMessage(line: string | undefined): { message: McpMessage } | { refusal: McpMessage } {
  if (line === undefined) {
    const limit = `${MESSAGE_LIMIT / 1024 / 1024} MiB`;
    return { refusal: errorAnswer(null, INVALID_REQUEST, `the message is larger than ${limit}`) };
  }
  let message: McpMessage;
  try {
    message = JSON.parse(line);
  } catch (error) {
    return { refusal: errorAnswer(null, PARSE_ERROR, `the line is no JSON: ${(error as Error).message}`) };
  }
  const wrong = flaw(message);
  return wrong === undefined ? { message } : { refusal: errorAnswer(null, INVALID_REQUEST, wrong) };
}
