/** A process that writes `count` lines to the log of a folder: log-writing-process.ts FOLDER NAME COUNT LIMIT. */
import { once } from 'node:events';
import { openLogFile } from '../../src/targets/local/log-writer.ts';

const [folder, writer, count, limit] = process.argv.slice(2);
const log = await openLogFile(folder!, undefined, { limit: Number(limit) });
for (let n = 0; n < Number(count); n++) {
  log.write(`${JSON.stringify({ writer, n, filling: 'x'.repeat(40) })}\n`);
  // The other process gets its turn too.
  if (n % 20 === 0) await new Promise((done) => setTimeout(done, 1));
}
log.end();
await once(log, 'finish');
