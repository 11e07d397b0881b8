/** A bare Express handler that reads the file and answers JSON, without the protocol. */
import { fromFolder, serve } from './serve.ts';

serve(async (request, response) => {
  const { id, params } = request.body as { id: number; params: { arguments: { file_key: string } } };
  const text = await fromFolder(params.arguments.file_key);
  const body = JSON.stringify({ result: { content: [{ type: 'text', text }] }, jsonrpc: '2.0', id });
  response.statusCode = 200;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
});
