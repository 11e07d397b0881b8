import type { Diagnosis } from '../diagnosis.ts';

/** The Node that runs this. One that is too old never comes this far: the entry refuses it (`bin/run.js`). */
export const nodeVersion: Diagnosis<unknown> = {
  id: 'node',
  title: 'version of Node',
  needs: [],
  look: async () => ({ state: 'good', seen: `${process.version}, ${process.execPath}` }),
};
