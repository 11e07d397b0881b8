import { usageError } from '../../errors.ts';

/** Origin of web pages that may call the API: `*`, or scheme, host and port. @throws usage error (exit 2) */
export function readOrigin(value: unknown, name: string): string {
  const text = String(value).trim();
  if (text === '*') return text;
  const wrong = (why: string) =>
    usageError(`${name} ${JSON.stringify(value)} is no origin: ${why}`, [
      'an origin is scheme, host and port, such as https://app.example.com or http://localhost:5173; * is every origin',
    ]);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong('it is no URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong('it is neither http nor https');
  if (url.username || url.password) throw wrong('it holds a user name');
  if (url.pathname !== '/' || url.search || url.hash) throw wrong('it goes on behind the host');
  // Browsers send no slash at the end, and the default port not at all.
  return url.origin;
}
