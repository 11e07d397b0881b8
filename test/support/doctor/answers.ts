import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { AwsCall } from '../aws/aws-call.ts';
import type { Emulator } from '../aws/emulator.ts';
import { type Answer, errorAnswer, queryResult } from '../aws/fault.ts';

/** An operation as AWS's own models name it: the service's id in botocore, and the operation. */
type Operation = [service: string, operation: string];

interface Given extends Answer {
  service: string;
  operation: string;
  /** Of a refusal. */
  error?: string;
  /** The emulator's own answer, where something was changed in it. */
  before?: string;
  /** Of the errors that every service may answer, and no model lists. */
  common?: boolean;
}

/** What the tests answer in AWS's place. All of it is held against AWS's own models in the end. */
export class Answers {
  private readonly given: Given[] = [];
  private readonly emulator: Emulator;

  constructor(emulator: Emulator) {
    this.emulator = emulator;
  }

  json(operation: Operation, value: unknown): Answer {
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return this.keep(operation, { status: 200, headers, body: JSON.stringify(value) });
  }

  query(operation: Operation, call: AwsCall, inner: string): Answer {
    return this.keep(operation, queryResult(call, inner));
  }

  refusal(
    operation: Operation,
    call: AwsCall,
    { code, message, status, common }: { code: string; message: string; status: number; common?: boolean },
  ): Answer {
    return this.keep(operation, errorAnswer(call, code, message, status), {
      error: code,
      common: common === true,
    });
  }

  /** The emulator's own answer with something changed in its text. */
  async changed(operation: Operation, call: AwsCall, change: (body: string) => string): Promise<Answer> {
    const { status, type, before } = await this.forward(call);
    const body = change(before);
    // What the emulator itself says is not ours to answer for; what was changed in it is.
    const answer = { status, headers: { 'content-type': type }, body };
    return status < 400 ? this.keep(operation, answer, { before }) : answer;
  }

  /** What AWS's models do not know of all that was answered; no line where they know it all. */
  async faults(): Promise<string[]> {
    const script = fileURLToPath(new URL('check-answers.py', import.meta.url));
    const child = spawn(this.emulator.python, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(JSON.stringify(this.given));
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    if (code !== 0) throw new Error(`check-answers.py failed: ${err}`);
    return [...new Set(out.split('\n').filter(Boolean))];
  }

  get count(): number {
    return this.given.length;
  }

  /** The call as it came, so that its signature stays good. */
  private async forward({ method, url, headers, body }: AwsCall) {
    // As if it came by TLS, as the proxy itself says it.
    const all = { ...headers, 'x-forwarded-proto': 'https' };
    const sent = request(new URL(url, this.emulator.direct), { method, headers: all, agent: false });
    sent.end(method === 'GET' ? undefined : body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const type = answer.headers['content-type'] ?? '';
    return { status: answer.statusCode!, type, before: await text(answer) };
  }

  private keep([service, operation]: Operation, answer: Answer, more: Partial<Given> = {}): Answer {
    this.given.push({ ...answer, ...more, service, operation });
    return answer;
  }
}
