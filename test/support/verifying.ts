import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrokenService, startBrokenService } from './broken-service.ts';
import { type CliHome, createCliHome, type RunningCli, removeCliHome, runCli, startCli } from './cli.ts';

export interface Report {
  passed: boolean;
  counts: Record<string, number>;
  checks: {
    name: string;
    status: string;
    seen: string;
    expected: string;
    remedy?: string;
    blames_service?: boolean;
  }[];
}

export interface Verifying {
  home: CliHome;
  /** The running dev itself. */
  url: string;
  key: string;
  /** What stands before it, and can be broken; commands use this one. */
  service: BrokenService;
  /** `verify --local --json`. */
  walk(...args: string[]): Promise<Report & { code: number | null; stderr: string }>;
}

/** A dev that serves a text and a picture, behind a proxy that is whole again after each test. */
export function setUpVerifying(): Verifying {
  const verifying = {
    async walk(...args: string[]) {
      const { home } = verifying;
      const { code, stdout, stderr } = await runCli(['verify', '--local', '--json', ...args], { home });
      return { ...JSON.parse(stdout), code, stderr };
    },
  } as Verifying;
  let dev: RunningCli;
  before(async () => {
    const home = await createCliHome();
    const notes = join(home.cwd, 'notes');
    await mkdir(notes);
    await writeFile(join(notes, 'ferry.md'), 'The ferry stopped.\nThe boat was kept.\nIt is tarred.\n');
    await writeFile(join(notes, 'a.png'), Buffer.from('89504e470d0a1a0a0000', 'hex'));
    dev = startCli(['dev', 'notes', '--port', '0', '--json'], { home });
    const url = (await dev.waitFor('stdout', /"url":"(http[^"]+)"/))[1]!;
    const key = (await runCli(['key', 'show', '--local'], { home })).stdout.trim();
    const service = await startBrokenService(url);
    await sendCommandsTo(service.url, home);
    Object.assign(verifying, { home, url, key, service });
  });
  after(async () => {
    await verifying.service.close();
    await dev.stop();
    await removeCliHome(verifying.home);
  });
  afterEach(() => verifying.service.break());
  return verifying;
}

/** The note of the running dev names the address that other commands use. */
async function sendCommandsTo(address: string, { stateFolder }: CliHome): Promise<void> {
  const stage = join(stateFolder, 'dev');
  const [bucket] = (await readdir(stage)).filter((name) => name.startsWith('notes-'));
  const note = join(stage, bucket!, 'dev.json');
  await writeFile(note, JSON.stringify({ ...JSON.parse(await readFile(note, 'utf8')), url: address }));
}

/** Names of the checks that ended so. */
export function statuses({ checks }: Report, status: string): string[] {
  return checks.filter((check) => check.status === status).map(({ name }) => name);
}

/** What was seen, by the names of the checks that failed. */
export function failures({ checks }: Report): Record<string, string> {
  return Object.fromEntries(
    checks.filter(({ status }) => status === 'failed').map(({ name, seen }) => [name, seen]),
  );
}
