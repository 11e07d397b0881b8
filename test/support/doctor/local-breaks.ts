import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LOCAL_CAUSES } from '../../../src/doctor/causes.ts';
import type { LocalMachine } from './local-machine.ts';

/** Something that breaks a machine, and what `doctor --local` has to say of it. */
export interface LocalBreak {
  cause: (typeof LOCAL_CAUSES)[number];
  /** Id of the diagnosis that finds it. */
  check: string;
  /** What was done, for the table. */
  how: string;
  make(machine: LocalMachine): Promise<unknown>;
  /** Ways in which it is put right: the last line that doctor prints, --fix, or as a person does it. */
  repair: ('line' | 'fix' | 'lifted')[];
  lift?(machine: LocalMachine): Promise<unknown>;
}

/** A bucket is known, and its state is there. */
async function known(machine: LocalMachine): Promise<void> {
  await machine.startDev();
  await machine.stopDev();
  await machine.setPort(0);
}

/** A client is connected to a `dev` that runs, and its file says another thing since. */
function client(
  cause: LocalBreak['cause'],
  how: string,
  change: (text: string) => string,
  before?: LocalBreak['lift'],
): LocalBreak {
  return {
    cause,
    check: 'clients',
    how,
    async make(machine) {
      await machine.startDev();
      await machine.connect();
      await machine.changeClient(change);
    },
    repair: ['line'],
    ...(before === undefined ? {} : { lift: before }),
  };
}

export const LOCAL_BREAKS: LocalBreak[] = [
  {
    cause: 'state-folder',
    check: 'state-folder',
    how: 'a file is where the folder of keys and logs would be',
    async make(machine) {
      await machine.setPort(0);
      await writeFile(machine.home.stateFolder, 'a file');
    },
    repair: ['lifted'],
    lift: ({ home }) => rm(home.stateFolder),
  },
  {
    cause: 'state-folder-open',
    check: 'state-folder',
    how: 'others may enter the folder of keys and logs',
    async make(machine) {
      await known(machine);
      await chmod(machine.home.stateFolder, 0o755);
    },
    repair: ['line', 'fix'],
  },
  {
    cause: 'bucket-folder',
    check: 'bucket-folder',
    how: 'the folder that is served is gone',
    async make(machine) {
      await known(machine);
      await rm(machine.folder, { recursive: true });
    },
    repair: ['lifted'],
    lift: ({ folder }) => mkdir(folder),
  },
  {
    cause: 'bucket-folder',
    check: 'bucket-folder',
    how: 'the folder that is served has become a file',
    async make(machine) {
      await known(machine);
      await rm(machine.folder, { recursive: true });
      await writeFile(machine.folder, 'a file');
    },
    repair: ['lifted'],
    async lift({ folder }) {
      await rm(folder);
      await mkdir(folder);
    },
  },
  {
    cause: 'keys-file',
    check: 'keys',
    how: 'the file of the API keys is cut off',
    async make(machine) {
      await known(machine);
      await writeFile(join(await machine.state(), 'keys.json'), '{');
    },
    repair: ['lifted'],
    lift: async (machine) => rm(join(await machine.state(), 'keys.json')),
  },
  {
    cause: 'log-not-writable',
    check: 'log',
    how: 'a folder is where the log would be',
    async make(machine) {
      await known(machine);
      const log = join(await machine.state(), 'server.ndjson');
      await rm(log, { force: true });
      await mkdir(log);
    },
    repair: ['lifted'],
    lift: async (machine) => rm(join(await machine.state(), 'server.ndjson'), { recursive: true }),
  },
  {
    cause: 'dev-health',
    check: 'dev',
    how: 'the process that the note of dev names does not answer on its port',
    async make(machine) {
      await known(machine);
      const note = { pid: process.pid, url: 'http://127.0.0.1:1', started_at: new Date().toISOString() };
      await writeFile(join(await machine.state(), 'dev.json'), JSON.stringify(note));
    },
    repair: ['lifted'],
    lift: async (machine) => rm(join(await machine.state(), 'dev.json')),
  },
  {
    cause: 'port-taken',
    check: 'port',
    how: 'another program listens on the port of dev',
    make: async (machine) => machine.setPort(await machine.takePort()),
    repair: ['lifted'],
    lift: (machine) => machine.freePorts(),
  },
  client(
    'client-file',
    "a client's configuration is cut off",
    () => '{ "mcpServers": ',
    ({ clientFile }) => rm(clientFile),
  ),
  client('client-nobody-there', 'a client asks a port where nothing listens', (text) =>
    text.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1'),
  ),
  {
    cause: 'client-elsewhere',
    check: 'clients',
    how: 'a client asks a port where another program listens',
    async make(machine) {
      await machine.startDev();
      await machine.connect();
      const port = await machine.takePort();
      await machine.changeClient((text) => text.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`));
    },
    repair: ['line'],
  },
  client('client-url', 'a client asks another path than /mcp', (text) => text.replace('/mcp"', '/"')),
  client('client-key', 'a client has a key that is not let in', (text) =>
    text.replace(/("x-api-key":\s*")[^"]+/, `$1${'x'.repeat(40)}`),
  ),
];
