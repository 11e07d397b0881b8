import type { Response } from 'express';

/** Writes a JSON answer in one piece. `res.json` would hash every body for an ETag that nobody asks for here. */
export function sendJson(response: Response, status: number, body: unknown): void {
  const text = Buffer.from(JSON.stringify(body));
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', text.byteLength);
  response.end(text);
}
