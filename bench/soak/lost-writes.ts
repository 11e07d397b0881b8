import { Agent, fetch } from 'undici';
import type { Written } from './actions.ts';
import { sha256 } from './files.ts';

/** Reads back all that was written. @returns what is there and may not be, or is missing */
export async function lostWrites(url: string, written: readonly Written[]): Promise<string[]> {
  const dispatcher = new Agent();
  const wrong: string[] = [];
  for (const { allowed } of written) {
    for (const [key, digests] of allowed) {
      const response = await fetch(`${url}/file?key=${encodeURIComponent(key)}`, { dispatcher });
      const body = Buffer.from(await response.arrayBuffer());
      const found = response.status === 404 ? 'absent' : sha256(body);
      if (!digests.has(found))
        wrong.push(`${key}: ${response.status}, ${body.length} bytes, not what was written`);
    }
  }
  await dispatcher.destroy();
  return wrong;
}
