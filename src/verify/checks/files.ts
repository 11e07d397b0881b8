import { type Check, ok, type Walk, type WalkFile, wrong } from '../check.ts';
import { shown } from '../requester.ts';

interface Listed {
  key: string;
  size: number;
}

/** Larger ones are left alone: the walk should cost little. */
const MOST_BYTES = 1_000_000;
/** Files that are looked at in search of a text. */
const CANDIDATES = 5;

export const files: Check = {
  name: 'files',
  needs: ['health', 'upload'],
  ofService: true,
  expected: '200 and a page of files, the uploaded one among them',
  remedy: 'if the service is limited to prefixes, name them for the stage in mcp-s3.json ("prefixes")',
  async run(walk) {
    const { request, file } = walk;
    const query = file === undefined ? 'limit=200' : `prefix=${encodeURIComponent(file.key)}`;
    const answer = await request(`/files?${query}`);
    const { files: listed } = (answer.json ?? {}) as { files?: unknown };
    if (answer.status !== 200 || !Array.isArray(listed) || !listed.every(isListed)) {
      return wrong(shown(answer), 'what answers is no mcp-s3 service of this version');
    }
    if (file !== undefined) {
      const found = listed.find(({ key }) => key === file.key);
      if (found === undefined) return wrong('the uploaded file is not listed');
      return found.size === file.size
        ? ok(`${file.key}, ${file.size} bytes`)
        : wrong(`its size is ${found.size} bytes`);
    }
    const chosen = await chooseFile(listed, walk);
    if (chosen !== undefined) walk.file = chosen;
    const count = `${listed.length} file${listed.length === 1 ? '' : 's'} on the page`;
    return ok(
      chosen === undefined ? `${count}, no small text among them` : `${count}; ${chosen.key} is used`,
    );
  },
};

function isListed(value: unknown): value is Listed {
  const { key, size } = (value ?? {}) as Partial<Listed>;
  return typeof key === 'string' && typeof size === 'number';
}

/** The smallest text among the listed files. */
async function chooseFile(listed: Listed[], { request }: Walk): Promise<WalkFile | undefined> {
  const small = listed.filter(({ size }) => size > 0 && size <= MOST_BYTES).sort((a, b) => a.size - b.size);
  for (const { key, size } of small.slice(0, CANDIDATES)) {
    const { status } = await request(`/file?key=${encodeURIComponent(key)}&from_line=1&lines=1`);
    if (status === 200) return { key, size };
  }
  return undefined;
}
