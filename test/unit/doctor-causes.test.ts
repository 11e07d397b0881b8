import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { AWS_CAUSES, LOCAL_CAUSES } from '../../src/doctor/causes.ts';

/** The compiler lets the code name no cause that is not in these lists. */
describe('causes that doctor names', () => {
  /** Those of a table that a test makes of what it brought about. */
  async function provenIn(table: string): Promise<string[]> {
    const text = await readFile(new URL('../../docs/doctor.md', import.meta.url), 'utf8');
    const [, rows = ''] =
      new RegExp(`<!-- ${table}:.*?-->([\\s\\S]*?)<!-- end of ${table} -->`).exec(text) ?? [];
    return [...new Set([...rows.matchAll(/^\| `([^`]+)`/gm)].map(([, cause]) => cause!))];
  }

  it('were each brought about on a stage', async () => {
    expect(await provenIn('causes')).to.have.members(AWS_CAUSES);
  });

  it('were each brought about on a machine', async () => {
    // A full disk is a figure in the system's place (doctor-log.test.ts).
    expect([...(await provenIn('local')), 'disk-full']).to.have.members(LOCAL_CAUSES);
  });
});
