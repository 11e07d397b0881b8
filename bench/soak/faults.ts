import { type BedrockServer, refusal, throttled } from '../../test/support/bedrock-server/server.ts';
import type { FaultEffect } from '../../test/support/s3-server/faults.ts';
import type { S3Server } from '../../test/support/s3-server/server.ts';
import type { Chance } from './chance.ts';

/** Of a thousand requests at the storage, how many are hit, and how. */
const STORAGE: readonly (readonly [number, FaultEffect | undefined])[] = [
  [930, undefined],
  [20, { kind: 'status', status: 500, code: 'InternalError' }],
  [12, { kind: 'status', status: 503, code: 'SlowDown' }],
  [12, { kind: 'reset' }],
  [10, { kind: 'reset-body', afterBytes: 700 }],
  [15, { kind: 'slow-body', pieceBytes: 8192, pauseMs: 20 }],
  [1, { kind: 'stall' }],
];

const WITH_BODY: ReadonlySet<string> = new Set(['GetObject', 'ListObjectsV2']);

/** Lets the storage and the model fail by chance from now on. @returns ends that, and counts what was done by kind */
export function letFail(storage: S3Server, model: BedrockServer, chance: Chance): () => Map<string, number> {
  const done = new Map<string, number>();
  const count = (kind: string) => void done.set(kind, (done.get(kind) ?? 0) + 1);
  const { faults } = storage;
  const { hit } = faults;
  faults.hit = (operation) => {
    // What was asked is of no use here, and much.
    storage.requests.length = 0;
    let effect = chance.weighted(STORAGE);
    // Others have no body that could be slow.
    if (effect?.kind.endsWith('-body') && !WITH_BODY.has(operation)) effect = undefined;
    if (effect !== undefined) {
      count(`storage: ${effect.kind === 'status' ? effect.code : effect.kind} of ${operation}`);
    }
    return effect;
  };
  const text = 'The harbour stays closed on Mondays. Ships of the island wait outside.';
  const pieces = 4;
  model.answer(() => {
    model.requests.length = 0;
    const kind = chance.weighted([
      [800, 'whole'],
      [60, 'throttled'],
      [40, 'failure'],
      [30, 'exception'],
      [30, 'cut'],
      [20, 'end'],
      [20, 'slow'],
    ] as const);
    if (kind !== 'whole') count(`model: ${kind}`);
    switch (kind) {
      case 'throttled':
        return throttled();
      case 'failure':
        return refusal('InternalServerException', 500);
      case 'exception':
        return { text, after: { pieces, exception: 'modelStreamErrorException' } };
      case 'cut':
        return { text, after: { pieces, cut: true } };
      case 'end':
        return { text, after: { pieces, end: true } };
      case 'slow':
        return { text, pause: { pieces, until: new Promise((resolve) => setTimeout(resolve, 3000)) } };
      default:
        return { text };
    }
  });
  return () => {
    faults.hit = hit;
    model.answer({ text });
    return done;
  };
}
