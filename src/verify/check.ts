import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CliContext } from '../context.ts';
import type { Connection, Target } from '../targets/target.ts';
import type { Requester } from './requester.ts';

/** One station of the acceptance walk. */
export interface Check {
  /** Stable, for programs; people see it too. */
  name: string;
  /** Checks without which this one says nothing: where one of them failed, this is not reached. */
  needs: string[];
  /** Whether it is the service itself that answers, and not what stands around it: gateway, bucket, upload function. */
  ofService: boolean;
  expected: string;
  /** What to do when it is otherwise. */
  remedy: string;
  run(walk: Walk): Promise<Outcome>;
}

export interface Outcome {
  status: 'ok' | 'failed' | 'skipped';
  /** What was seen; why it was skipped. */
  seen: string;
  /** Instead of the check's own, where the case is known more exactly. */
  remedy?: string;
}

/** What the checks share: how to ask, and what earlier ones found. */
export interface Walk {
  target: Target;
  service: Connection;
  request: Requester;
  context: CliContext;
  /** Connects an MCP client, which is closed at the end. */
  connectMcp(): Promise<Client>;
  /** Word that only this walk knows. */
  mark: string;
  /** What keys of uploaded files begin with, so that a service limited to prefixes sees them. */
  prefix: string;
  /** Milliseconds waited so far for the sake of the limits: no time of the service. */
  pausedMs: number;
  /** Whether the gateway turned a request of the running check away: then it says nothing of the service. */
  turnedAway: boolean;
  file?: WalkFile;
  summary?: string;
  mcp?: Client;
}

/** The file that is looked at. */
export interface WalkFile {
  key: string;
  /** Bytes. */
  size: number;
  /** Known where this walk uploaded it. */
  content?: Buffer;
}

export function ok(seen: string): Outcome {
  return { status: 'ok', seen };
}

export function wrong(seen: string, remedy?: string): Outcome {
  return { status: 'failed', seen, ...(remedy === undefined ? {} : { remedy }) };
}

export function skipped(why: string): Outcome {
  return { status: 'skipped', seen: why };
}

/** For checks of a file, where the bucket holds none that can be read. */
export const NO_FILE = skipped('there is no text file to look at');
