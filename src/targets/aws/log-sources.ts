import type { LogEvent } from '../../aws/logs.ts';
import { failed } from '../../errors.ts';
import type { LogLine, LogQuery } from '../log-line.ts';
import { type DeployedStack, outputOf, placeFlags } from './deployed-stack.ts';

/** One of a stage's logs: where it is and how it is read. */
export interface LogPlace {
  group: string;
  /** Whether an event is worth a line. */
  keeps(event: LogEvent): boolean;
  /** What a line means that was written in another form than the service's. */
  lineOf(line: LogLine): LogLine;
  /** Its lines have a field `level`. */
  hasLevels: boolean;
}

/**
 * The log that a query asks for, by default the service's.
 * @throws failed (exit 1) for the upload function's where new files are not summarized ahead of time
 */
export function logPlace(stack: DeployedStack, source: LogQuery['source'] = 'service'): LogPlace {
  const all = { keeps: () => true, lineOf: (line: LogLine) => line, hasLevels: true };
  switch (source) {
    case 'service':
      return { ...all, group: outputOf(stack, 'LogGroupName') };
    case 'access':
      return {
        ...all,
        group: outputOf(stack, 'ApiAccessLogGroupName'),
        lineOf: accessLine,
        hasLevels: false,
      };
    case 'keeper':
      return { ...all, group: groupOf(outputOf(stack, 'KeeperFunctionName')), keeps: isOurs };
    case 'upload': {
      const name = stack.outputs.UploadFunctionName;
      if (name === undefined) {
        throw failed('no_upload_function', 'this stage has no upload function: presummarize is off', [
          `switch it on: mcp-s3 deploy --presummarize on ${placeFlags(stack.stage, stack)}`,
        ]);
      }
      return { ...all, group: groupOf(name), keeps: isOurs };
    }
  }
}

const groupOf = (functionName: string) => `/aws/lambda/${functionName}`;

/** Lambda frames each call of a function with lines of its own, which say something only where it ended badly. */
function isOurs({ message }: LogEvent): boolean {
  return !/^(INIT_START |(START|END) RequestId: |REPORT RequestId: (?!.*\bStatus: ))/s.test(message);
}

/** A line of API Gateway's access log (templates/app/api.yaml), in which every value is a text and "-" is none. */
function accessLine({ time, requestId, fields }: LogLine): LogLine {
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '-'));
  const { method, path, status: text, latency_ms, ...rest } = known;
  const status = Number(text);
  return {
    time,
    level: status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info',
    message: 'request',
    ...(requestId === undefined ? {} : { requestId }),
    fields: {
      method,
      route: path,
      ...(text === undefined ? {} : { status }),
      ...(latency_ms === undefined ? {} : { duration_ms: Number(latency_ms) }),
      ...rest,
    },
  };
}
