import { join } from 'node:path';
import { createMcpService, type ModelSettings } from '../../../server/app.ts';
import type { McpChannel } from '../mcp-channel.ts';
import { BatchedLog } from './batched-log.ts';
import { type LocalBucket, logFolder, storageOf } from './local-bucket.ts';
import { openLogFile } from './log-writer.ts';

export interface LocalMcpOptions {
  bucket: LocalBucket;
  prefixes?: string[] | undefined;
  hidden?: boolean | undefined;
  allowWrites?: boolean | undefined;
  models?: ModelSettings | undefined;
  version: string;
}

export interface LocalMcp {
  close(): Promise<void>;
}

/**
 * Serves one client in this process, without HTTP. The gateway's key, rate and quota are rules between machines:
 * whoever can start this program can read the folder anyway.
 */
export async function serveLocalMcp(options: LocalMcpOptions, channel: McpChannel): Promise<LocalMcp> {
  const { bucket, prefixes = [], hidden, models, version } = options;
  const log = new BatchedLog(await openLogFile(logFolder(bucket)));
  const service = await createMcpService({
    storage: storageOf(bucket, hidden),
    prefixes,
    cacheFolder: join(bucket.state, 'cache'),
    indexFolder: join(bucket.state, 'index'),
    allowWrites: options.allowWrites ?? false,
    ...(models === undefined ? {} : { models }),
    logDestination: log,
    version,
  });
  const session = service.serve(channel);
  return {
    async close() {
      await session.close();
      service.close();
      await log.end();
    },
  };
}
