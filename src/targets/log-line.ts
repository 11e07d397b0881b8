/** One line of the service's log, as the server writes it (server/telemetry/logger.ts). */
export interface LogLine {
  /** Milliseconds since the epoch. */
  time: number;
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  requestId?: string;
  /** Everything else of the line. A line that was no JSON has none and its text as the message. */
  fields: Record<string, unknown>;
  /** Further lines of a text that was no JSON, such as the stack of a crash. */
  rest?: string[];
}

/** Logs of a stage: of the service, the two functions, and of who called the API. One on this machine has the first. */
export const LOG_SOURCES = ['service', 'upload', 'keeper', 'access'] as const;

export interface LogQuery {
  /** By default the service's. */
  source?: (typeof LOG_SOURCES)[number];
  /** Milliseconds since the epoch, inclusive. */
  since: number;
  until?: number;
  /** Lines of this level and the graver ones. */
  level?: LogLine['level'];
  /** Lines that hold this text. */
  filter?: string;
  /** Lines of one request. */
  requestId?: string;
  follow: boolean;
  /** Told what the follower of a log should know: that the connection is gone, that it is back. */
  onNote?: (text: string) => void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
