import { expect } from 'chai';

/** A text of a few sentences, with words to look for where no content may be. */
export const TEXT =
  'The harbour was closed on Monday because of ice. Ferries to the islands did not sail. ' +
  'The harbour master expects to open the port again on Thursday, when milder air arrives. ' +
  'Shops on the islands say that they have food for a week. ';

/** Asks for an event stream. */
export const EVENTS = { accept: 'text/event-stream' };

export interface Answer {
  file_key: string;
  summary: string;
  model: string;
  cached: boolean;
  coverage: number;
  etag: string;
  usage: { input_tokens: number };
}

/** The summary that was answered. */
export async function answered(response: Response): Promise<Answer> {
  expect(response.status).to.equal(200);
  return (await response.json()) as Answer;
}

/** Expects an error of the service, and returns its message. */
export async function expectError(response: Response, status: number, code: string): Promise<string> {
  const body = (await response.json()) as { error: { code: string; message: string; request_id: string } };
  expect(response.status, JSON.stringify(body)).to.equal(status);
  expect(body.error.code).to.equal(code);
  expect(body.error.request_id).to.equal(response.headers.get('x-request-id'));
  return body.error.message;
}
