import type { Dispatcher } from 'undici';
import type { NotServing } from '../service/waking.ts';
import { sleep } from '../sleep.ts';
import type { McpChannel, McpMessage } from '../targets/mcp-channel.ts';
import type { Connection } from '../targets/target.ts';
import { attempt, type Outcome } from './attempt.ts';
import { cancelledId, errorAnswer, INTERNAL_ERROR, isRequest, type RequestId } from './json-rpc.ts';
import { mcpHeaders } from './mcp-headers.ts';
import { Pace } from './pace.ts';
import { explain, retryDelay } from './retry.ts';

export interface ForwarderOptions {
  connection: Connection;
  dispatcher: Dispatcher;
  version: string;
  /** Ends everything that is under way. */
  signal: AbortSignal;
  /** A line for the person who reads the client's log. */
  log: (line: string) => void;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
  /** Waits; an aborted signal rejects with its reason. */
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Forwards each message of a channel to the service's `/mcp` as a request of its own, and what comes back to the
 * channel. Requests are independent of each other, as the service keeps no session.
 */
export class Forwarder {
  private readonly channel: McpChannel;
  private readonly options: ForwarderOptions;
  private readonly url: string;
  private readonly now: () => number;
  private readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  private readonly pace: Pace;
  private readonly running = new Map<RequestId, AbortController>();
  private negotiated: string | undefined;
  private waking = false;

  constructor(channel: McpChannel, options: ForwarderOptions) {
    this.channel = channel;
    this.options = options;
    this.url = `${options.connection.url}/mcp`;
    this.now = options.now ?? (() => performance.now());
    this.wait = options.wait ?? sleep;
    this.pace = new Pace(this.now, this.wait);
  }

  async start(): Promise<void> {
    this.channel.onmessage = (message) => void this.take(message);
    this.channel.onclose = () => {
      for (const controller of this.running.values()) controller.abort(new Error('the client has gone'));
    };
    await this.channel.start();
  }

  private async take(message: McpMessage): Promise<void> {
    const cancelled = cancelledId(message);
    // Closing the request is the cancellation: the notification would reach any task of the service but the right one.
    if (cancelled !== undefined) return this.running.get(cancelled)?.abort(new Error('cancelled'));
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, this.options.signal]);
    if (isRequest(message)) this.running.set(message.id, controller);
    try {
      const outcome = await this.exchange(message, signal);
      if (isRequest(message)) await this.conclude(message.id, outcome);
      else if ('error' in outcome)
        this.options.log(`a notification was not delivered: ${outcome.error.message}`);
    } catch (error) {
      // A cancelled request is not answered; of anything else the client must hear.
      if (signal.aborted || !isRequest(message)) return;
      await this.channel.send(errorAnswer(message.id, INTERNAL_ERROR, `this is a bug in mcp-s3: ${error}`));
    } finally {
      if (isRequest(message) && this.running.get(message.id) === controller) this.running.delete(message.id);
    }
  }

  /** Tries until there is an answer, or no more sense in trying. */
  private async exchange(message: McpMessage, signal: AbortSignal): Promise<Outcome> {
    const { dispatcher } = this.options;
    const body = JSON.stringify(message);
    let began = this.now();
    let asleep = false;
    for (let tries = 1; ; tries++) {
      const startedAt = await this.pace.turn(signal);
      const outcome = await attempt({
        url: this.url,
        headers: this.headers(message),
        body,
        dispatcher,
        signal,
        onMessage: (answer) => this.handBack(message, answer),
        isLast: (answer) => answer.id === message.id && answer.method === undefined,
      });
      if (outcome.kind === 'waking') {
        // What has just woken and is not steady yet gets its own time.
        if (asleep && outcome.why === 'replaced') began = this.now();
        asleep = outcome.why === 'asleep';
      }
      const delay = retryDelay(outcome, { tries, elapsed: this.now() - began, method: message.method });
      this.observe(outcome, delay, startedAt);
      if (delay === undefined) return outcome;
      await this.wait(delay, signal);
    }
  }

  private headers(message: McpMessage): Record<string, string> {
    const { connection, version } = this.options;
    return {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'user-agent': `mcp-s3-bridge/${version}`,
      ...(connection.apiKey === undefined ? {} : { 'x-api-key': connection.apiKey }),
      ...mcpHeaders(message, this.negotiated),
    };
  }

  private handBack(asked: McpMessage, answer: McpMessage): Promise<void> {
    const agreed = (answer.result as { protocolVersion?: unknown } | undefined)?.protocolVersion;
    if (asked.method === 'initialize' && typeof agreed === 'string') this.negotiated = agreed;
    return this.channel.send(answer);
  }

  private observe(outcome: Outcome, delay: number | undefined, startedAt: number): void {
    if (outcome.kind === 'busy' && delay !== undefined) this.pace.refused(startedAt, delay);
    else if (outcome.kind === 'answered' || outcome.kind === 'accepted') this.pace.accepted();
    const waking = outcome.kind === 'waking' && delay !== undefined;
    if (waking && !this.waking) this.wake(outcome.why);
    if (!waking && this.waking && outcome.kind === 'answered') this.options.log('the service is awake');
    this.waking = waking;
  }

  /** The requests that found it asleep go on trying meanwhile. */
  private wake(why: NotServing): void {
    const { log, signal, connection } = this.options;
    log(`the service is ${why === 'asleep' ? 'waking up' : 'being replaced'}; waiting for it`);
    if (why === 'replaced') return;
    connection.waking?.wake?.(signal).catch((error: Error) => log(`could not wake it: ${error.message}`));
  }

  /** Sees to it that the request gets its one answer. */
  private async conclude(id: RequestId, outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'answered':
        return;
      case 'refused':
        // A service that could not read the message could not read its id either.
        return this.channel.send({ ...outcome.answer, id });
      case 'accepted':
        return this.channel.send(
          errorAnswer(id, INTERNAL_ERROR, 'the service took the request but did not answer it'),
        );
      default: {
        const { message, code, suggestions } = explain(outcome.error, this.options.connection);
        this.options.log(message);
        return this.channel.send(
          errorAnswer(id, INTERNAL_ERROR, [message, ...suggestions].join('. '), { code, suggestions }),
        );
      }
    }
  }
}
