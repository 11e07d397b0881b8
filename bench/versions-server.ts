/** A bucket of versions in memory, for benchmarks that delete them: what it answers costs it next to nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface VersionsServer {
  url: string;
  /** Versions that are left. */
  left(): number;
  fill(versions: number): void;
  close(): Promise<void>;
}

const PAGE = 1000;

export async function startVersionsServer(): Promise<VersionsServer> {
  /** Keys in order, each with its newest version first. */
  let versions = new Map<string, { key: string; id: string }>();
  const page = (after: string | null) => {
    const entries: string[] = [];
    let last = { key: '', id: '' };
    let truncated = false;
    for (const [name, { key, id }] of versions) {
      if (after !== null && name <= after) continue;
      truncated = entries.length === PAGE;
      if (truncated) break;
      entries.push(`<Version><Key>${key}</Key><VersionId>${id}</VersionId></Version>`);
      last = { key, id };
    }
    const next = `<NextKeyMarker>${last.key}</NextKeyMarker><NextVersionIdMarker>${last.id}</NextVersionIdMarker>`;
    const rest = `<IsTruncated>${truncated}</IsTruncated>${truncated ? next : ''}`;
    return `<ListVersionsResult>${rest}${entries.join('')}</ListVersionsResult>`;
  };
  const server = createServer(async (request, response) => {
    const { searchParams: query } = new URL(request.url!, 'http://x');
    if (query.has('versions')) {
      const marker = query.get('key-marker');
      response.end(page(marker === null ? null : nameOf(marker, query.get('version-id-marker') ?? '')));
    } else if (query.has('delete')) {
      for (const [, key, id] of (await text(request)).matchAll(ENTRY)) versions.delete(nameOf(key!, id!));
      response.end('<DeleteResult></DeleteResult>');
    } else if (query.has('uploads')) response.end('<ListMultipartUploadsResult/>');
    else if (request.method === 'GET') response.end('<ListAllMyBucketsResult/>');
    else response.writeHead(request.method === 'DELETE' ? 204 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    left: () => versions.size,
    fill(count) {
      versions = new Map();
      for (let index = 0; index < count; index++) {
        const key = `reports/${String(Math.floor(index / 3)).padStart(9, '0')}.txt`;
        const id = `${index % 3}${'v'.repeat(31)}`;
        versions.set(nameOf(key, id), { key, id });
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ENTRY = /<Object><Key>([^<]*)<\/Key><VersionId>([^<]*)<\/VersionId><\/Object>/g;

const nameOf = (key: string, id: string) => `${key}\0${id}`;
