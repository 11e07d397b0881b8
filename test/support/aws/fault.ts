import type { AwsCall } from './aws-call.ts';

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/**
 * What to do to a call instead of passing it on:
 *   deny, throttle, fail  the service's own refusal: no permission, too many requests, an internal error
 *   cut                   the connection ends before the call is made
 *   lose                  the call is made, and the connection ends before its answer
 * or an answer of one's own; a function that returns undefined lets the call pass.
 */
export type Deed =
  | 'deny'
  | 'throttle'
  | 'fail'
  | 'cut'
  | 'lose'
  | Answer
  | ((call: AwsCall) => Answer | 'cut' | undefined | Promise<Answer | 'cut' | undefined>);

/** A refusal as the service itself would say it. */
export function refusal(call: AwsCall, kind: 'deny' | 'throttle' | 'fail'): Answer {
  const { action } = call;
  switch (kind) {
    case 'deny': {
      const code = { s3: 'AccessDenied', query: 'AccessDenied', ec2: 'UnauthorizedOperation' } as Record<
        string,
        string
      >;
      const message = `User: arn:aws:iam::123456789012:user/tester is not authorized to perform: ${action}`;
      return errorAnswer(call, code[call.protocol] ?? 'AccessDeniedException', message, 403);
    }
    case 'throttle': {
      const code = { s3: 'SlowDown', query: 'Throttling', ec2: 'RequestLimitExceeded' } as Record<
        string,
        string
      >;
      const status = call.protocol === 's3' || call.protocol === 'ec2' ? 503 : 400;
      return errorAnswer(call, code[call.protocol] ?? 'ThrottlingException', 'Rate exceeded', status);
    }
    case 'fail':
      return errorAnswer(call, 'InternalFailure', 'An internal error occurred', 500);
  }
}

/** An error in the service's protocol (Smithy, "AWS Protocols"; Amazon S3, "Error Responses"). */
export function errorAnswer(call: AwsCall, code: string, message: string, status: number): Answer {
  const inner = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  switch (call.protocol) {
    case 'query':
      return xml(
        status,
        `<ErrorResponse><Error><Type>Sender</Type>${inner}</Error><RequestId>1</RequestId></ErrorResponse>`,
      );
    case 'ec2':
      return xml(
        status,
        `<Response><Errors><Error>${inner}</Error></Errors><RequestID>1</RequestID></Response>`,
      );
    case 's3':
      return xml(status, `<?xml version="1.0"?><Error>${inner}<RequestId>1</RequestId></Error>`);
    default:
      // The CBOR services answer errors in JSON too where a gateway speaks before them.
      return {
        status: status === 403 && call.protocol === 'json' ? 400 : status,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
        body: JSON.stringify({ __type: code, message, Message: message }),
      };
  }
}

/** A result of a service that speaks JSON. */
export function json(value: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(value),
  };
}

/** A result of a service that speaks the query protocol: the inner XML of `<Action>Result`. */
export function queryResult(call: AwsCall, inner: string): Answer {
  const name = call.action.slice(call.action.indexOf(':') + 1);
  const meta = '<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>';
  return xml(200, `<${name}Response><${name}Result>${inner}</${name}Result>${meta}</${name}Response>`);
}

export function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
