import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const PROBE = fileURLToPath(new URL('../support/memory-probe.ts', import.meta.url));
const MEGABYTES = 300;

describe('memory', () => {
  it('does not grow with what is stored or summarized, also where a signal can end it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-s3-memory-'));
    const args = ['--import=tsx', PROBE, folder, String(MEGABYTES)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    await rm(folder, { recursive: true });
    const { put, summarized } = JSON.parse(stdout);
    // Node and the TypeScript loader hold about 110 MB by themselves.
    expect(put, 'put').to.be.below(270);
    expect(summarized, 'summarize').to.be.below(270);
  }).timeout(60_000);
});
