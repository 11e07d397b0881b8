import { parentPort } from 'node:worker_threads';
import { ServiceError } from '../../errors.ts';
import { emptyReply, SearchRun } from './search-run.ts';
import type { SearchMessage, SearchReply } from './worker-messages.ts';

/** The thread that searches. It may take its time: whoever started it ends it when it takes too long. */
let run: SearchRun | undefined;

function answer(message: SearchMessage): SearchReply {
  if (message.kind === 'start') {
    run = new SearchRun(message);
    return emptyReply();
  }
  if (!run) throw new Error('no search has been started');
  return message.kind === 'files' ? run.files(message.keys, message.position) : run.content(message);
}

parentPort!.on('message', (message: SearchMessage) => {
  try {
    parentPort!.postMessage(answer(message));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    parentPort!.postMessage({ ...emptyReply(), error: { code: error.code, message: error.message } });
  }
});
