import { type Check, ok, skipped, wrong } from '../check.ts';
import { shown } from '../requester.ts';

/** Takes the uploaded file away, whatever happened before. */
export const cleanUp: Check = {
  name: 'clean up',
  needs: [],
  ofService: false,
  expected: 'the uploaded file is removed, and answers 404 from then on',
  remedy: 'remove it by hand',
  async run({ target, request, file, context }) {
    if (file?.content === undefined) return skipped('nothing was uploaded');
    await target.remove(file.key);
    if (context.signal.aborted) return ok('removed');
    const answer = await request(`/file?key=${encodeURIComponent(file.key)}`);
    return answer.status === 404 ? ok('removed') : wrong(`${file.key}: ${shown(answer)}`);
  },
};
