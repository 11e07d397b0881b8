import type { ServiceErrorCode } from '../../errors.ts';
import type { LineMatch, LineQuery, ScanPosition, SearchBudget, StopReason } from './query.ts';

/** What the thread that searches is asked; each message is answered by one reply. */
export type SearchMessage =
  | {
      kind: 'start';
      query: LineQuery;
      budget: SearchBudget;
      /** Shared: [0] is set to end the search, [1] is the file of the message that is being searched. */
      shared: Int32Array;
      /** Folder whose ordinary files the thread reads by itself. */
      root?: string;
    }
  /** Files of the folder, in order. The position is the first one's. */
  | { kind: 'files'; keys: string[]; position?: ScanPosition }
  /** The next bytes of a file that the store reads. The position comes with the first of them. */
  | {
      kind: 'content';
      key: string;
      bytes: Uint8Array;
      isFirst: boolean;
      isLast: boolean;
      position?: ScanPosition;
    };

export interface SearchReply {
  error?: { code: ServiceErrorCode; message: string };
  /** Found since the reply before. */
  matches: LineMatch[];
  /** Finished since the reply before. */
  searched: { files: number; bytes: number };
  binary: number;
  /** Files of the message that are done with. */
  done: number;
  /** The file at `done` must come through the store. */
  needsStore?: boolean;
  /** The search ended, in the file at `done`; without a position before its start. */
  stopped?: { reason: StopReason; position?: ScanPosition };
}
