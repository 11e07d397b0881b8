import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageCount } from '../../src/targets/local/usage-count.ts';

describe("the day's count", () => {
  let folder: string;
  let now: number;
  const open = () => UsageCount.open(folder, () => now);

  beforeEach(async () => {
    now = Date.parse('2026-01-01T23:00:00Z');
    folder = await mkdtemp(join(tmpdir(), 'mcp-s3-usage-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('ends at the quota, for each key alone', async () => {
    const count = await open();
    expect([1, 2, 3].map(() => count.take('a', 2))).to.deep.equal([true, true, false]);
    expect(count.take('b', 2)).to.equal(true);
    expect([1, 2, 3].map(() => count.take('c', 0))).to.deep.equal([true, true, true]);
  });

  it('survives a restart, and adds up what two processes counted', async () => {
    const first = await open();
    const second = await open();
    for (let request = 0; request < 3; request++) first.take('a', 10);
    for (let request = 0; request < 4; request++) second.take('a', 10);
    await Promise.all([first.save(), second.save()]);
    expect((await open()).today('a')).to.equal(7);
    await first.save();
    expect((await open()).today('a')).to.equal(7);
  });

  it('begins anew with the day in UTC', async () => {
    const count = await open();
    count.take('a', 1);
    await count.save();
    now += 2 * 3600_000;
    expect(count.take('a', 1)).to.equal(true);
    await count.save();
    expect((await open()).today('a')).to.equal(1);
  });

  it('does not begin at zero where the file is corrupt', async () => {
    await writeFile(join(folder, 'usage.json'), '{"day":');
    const error = await open().catch((reason) => reason);
    expect(error.message).to.contain('usage.json').and.to.contain('corrupt');
  });
});
