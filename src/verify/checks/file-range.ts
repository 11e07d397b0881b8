import { type Check, NO_FILE, ok, wrong } from '../check.ts';
import { shown } from '../requester.ts';

/** Bytes of a range, RFC 9110, "Range Requests". */
export const fileRange: Check = {
  name: 'file range',
  needs: ['files'],
  ofService: true,
  expected: '206 with exactly the bytes that were asked for',
  remedy: 'something between here and the service changes answers: look for a proxy or a cache',
  async run({ request, file }) {
    if (file === undefined) return NO_FILE;
    const path = `/file?key=${encodeURIComponent(file.key)}`;
    const end = Math.min(file.size - 1, 9);
    const whole = file.content ?? (await request(path)).bytes;
    const answer = await request(path, { headers: { range: `bytes=2-${end}` } });
    if (file.size < 4)
      return answer.status === 416 || answer.status === 206 ? ok(`${answer.status}`) : wrong(shown(answer));
    if (answer.status !== 206) return wrong(shown(answer));
    const range = answer.headers['content-range'];
    if (range !== `bytes 2-${end}/${file.size}`) return wrong(`206 with content-range ${range ?? 'missing'}`);
    if (!answer.bytes.equals(whole.subarray(2, end + 1))) return wrong('206, but with other bytes');
    return ok(`206, ${range}`);
  },
};
