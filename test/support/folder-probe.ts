import { setTimeout as sleep } from 'node:timers/promises';
import { createFolderStore } from '../../server/files/folder-store.ts';
import { pattern } from './store-probes.ts';

/**
 * Runs as a process of its own, where a test must change what the whole process may do, or kill it:
 * `node --import=tsx folder-probe.ts FOLDER ACTION`. Prints JSON.
 */
const [folder = '', action = ''] = process.argv.slice(2);

async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await work() };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code, message };
  }
}

async function keys(request: { prefix?: string; delimiter?: string } = {}): Promise<string[]> {
  const page = await (await createFolderStore({ folder })).list(request);
  return [...page.files.map((file) => file.key), ...page.prefixes];
}

const ACTIONS: Record<string, () => Promise<unknown>> = {
  /** Stores 4 MB over an existing `old.txt`. */
  put: async () => {
    const store = await createFolderStore({ folder });
    const put = await outcome(() => store.put('old.txt', pattern(4 * 1024 * 1024)));
    return { put, keys: await keys() };
  },

  /** Stores without an end, and says when much has been written. */
  endless: async () => {
    const store = await createFolderStore({ folder });
    async function* chunks() {
      for (;;) {
        yield pattern(1024 * 1024);
        await sleep(1);
      }
    }
    const { Readable } = await import('node:stream');
    let said = false;
    return store.put('old.txt', Readable.from(chunks()), {
      onProgress: (bytes) => {
        if (!said && bytes > 8 * 1024 * 1024) process.stdout.write('writing\n');
        said ||= bytes > 8 * 1024 * 1024;
      },
    });
  },

  /** Looks at what it has no permission for. */
  unprivileged: async () => {
    if (process.geteuid?.() === 0) process.seteuid?.(65534);
    const store = await createFolderStore({ folder });
    return {
      read: await outcome(async () => (await store.read('secret.txt')).head),
      head: await outcome(async () => (await store.head('secret.txt')).size),
      put: await outcome(() => store.put('new.txt', Buffer.from('x'))),
      rolledUp: await outcome(() => keys({ delimiter: '/' })),
      all: await outcome(() => keys()),
    };
  },
};

process.stdout.write(`${JSON.stringify(await ACTIONS[action]!())}\n`);
