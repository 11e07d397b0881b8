import type { Response } from 'express';

/**
 * Writes a JSON answer. `res.json` would hash every body for an ETag that nobody asks for here; and as a string the
 * body leaves in one piece with its headers.
 */
export function sendJson(response: Response, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}
