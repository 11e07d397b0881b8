import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { CliContext } from '../../src/context.ts';
import { LocalPatient } from '../../src/doctor/local/local-patient.ts';
import { log } from '../../src/doctor/local/log.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { LOG_FILE } from '../../src/targets/local/log-files.ts';

/** A disk of this many free bytes. */
class Patient extends LocalPatient {
  free: number | undefined;

  override async freeBytes(): Promise<number | undefined> {
    return this.free;
  }
}

describe("doctor's look at the log", () => {
  let root: string;
  let patient: Patient;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mcp-s3-doctor-'));
    const settings: Settings = { stage: 'dev', kind: 'local', folder: root, file: {} };
    const context = { env: { MCP_S3_STATE_DIR: join(root, 'state') } } as unknown as CliContext;
    patient = new Patient(settings, context);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));
  const look = () => log.look(patient, new AbortController().signal);

  it('finds a disk that is nearly full', async () => {
    patient.free = 1_000_000_000;
    expect(await look()).to.include({ state: 'good' });
    patient.free = 3_000_000;
    expect(await look()).to.include({ state: 'broken', cause: 'disk-full' });
  });

  it('needs no figure where the system has none', async () => {
    expect(await look()).to.include({ state: 'good' });
  });

  it('finds a log that cannot be written', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    const file = join((await patient.bucket()).state, LOG_FILE);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
    expect(await look()).to.include({ state: 'good', seen: file });
    await chmod(file, 0o400);
    expect(await look()).to.include({ state: 'broken', cause: 'log-not-writable' });
  });
});
