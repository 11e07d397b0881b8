import type { Diagnosis } from '../diagnosis.ts';

/** Oldest Node that this product is tested on; `engines` in package.json says the same. */
const OLDEST = [20, 19];

/** The Node that runs this. */
export const nodeVersion: Diagnosis<unknown> = {
  id: 'node',
  title: 'version of Node',
  needs: [],
  async look() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const [wantedMajor = 0, wantedMinor = 0] = OLDEST;
    if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) {
      return { state: 'good', seen: process.version };
    }
    return {
      state: 'broken',
      cause: 'node-too-old',
      says: `Node ${process.version} is too old: mcp-s3 needs ${OLDEST.join('.')} or later`,
      evidence: [`${process.execPath}: ${process.version}`],
      remedy: ['install a newer one from https://nodejs.org'],
    };
  },
};
