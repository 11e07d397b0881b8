import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { KeyRing } from '../../src/targets/local/key-ring.ts';
import { LocalKeys } from '../../src/targets/local/local-keys.ts';

describe('key ring', () => {
  let folder: string;
  let keys: LocalKeys;
  let ring: KeyRing;
  let now = Date.parse('2026-01-01T00:00:00Z');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-s3-keys-'));
    keys = new LocalKeys(folder, () => now);
    ring = await KeyRing.open(keys, () => now);
  });
  afterEach(async () => {
    ring.close();
    await rm(folder, { recursive: true });
  });

  /** Asks until the ring has read the file again. */
  async function eventually(value: string, name: string | undefined) {
    while (ring.find(value)?.name !== name) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  it('knows its keys by their whole value only', async () => {
    const { value } = await keys.show();
    expect(ring.find(value)?.name).to.equal('default');
    for (const wrong of [undefined, '', value.slice(1), `${value}x`, value.toLowerCase()]) {
      expect(ring.find(wrong), wrong).to.equal(undefined);
    }
  });

  it('notices keys that are made and revoked while it runs', async () => {
    await keys.create('ann');
    const { value } = await keys.show('ann');
    await eventually(value, 'ann');
    await keys.revoke('ann');
    await eventually(value, undefined);
  });

  it('accepts the old value of a rotated key until its time of grace ends', async () => {
    const { value: old } = await keys.show();
    await keys.rotate('default', 60_000);
    const { value } = await keys.show();
    await eventually(value, 'default');
    expect(ring.find(old)?.name).to.equal('default');
    now += 60_000;
    expect(ring.find(old)).to.equal(undefined);
    expect(ring.find(value)?.name).to.equal('default');
  });

  it('keeps the keys it knows while the file is corrupt', async () => {
    const { value } = await keys.show();
    await writeFile(keys.file.path, '{');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(ring.find(value)?.name).to.equal('default');
  });
});
