import type { FileStore } from './files/store.ts';

export async function openTextInterim(
  store: FileStore,
  key: string,
  options: { ifMatch: string; signal: AbortSignal },
): Promise<AsyncIterable<string>> {
  const { body } = await store.read(key, options);
  body.setEncoding('utf8');
  return body as AsyncIterable<string>;
}
