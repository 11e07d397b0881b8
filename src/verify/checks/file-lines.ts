import { type Check, NO_FILE, ok, wrong } from '../check.ts';
import { shown } from '../requester.ts';

export const fileLines: Check = {
  name: 'file lines',
  needs: ['files'],
  ofService: true,
  expected: '200 with one line of the text, and headers that say which',
  remedy:
    'something between here and the service changes answers or drops headers: look for a proxy or a cache',
  async run({ request, file }) {
    if (file === undefined) return NO_FILE;
    const line = file.content === undefined ? 1 : 2;
    const answer = await request(`/file?key=${encodeURIComponent(file.key)}&from_line=${line}&lines=1`);
    if (answer.status !== 200) return wrong(shown(answer));
    const from = answer.headers['x-from-line'];
    if (from !== String(line)) return wrong(`200 with x-from-line ${from ?? 'missing'}`);
    const expected = file.content?.toString().split('\n')[line - 1];
    if (expected !== undefined && answer.text.trimEnd() !== expected)
      return wrong(`200, but another line: ${answer.text.slice(0, 80)}`);
    return ok(`200, line ${line}`);
  },
};
