/**
 * A moment on this machine's clock, as short as the day allows: `14:05:03` today, `11-24 14:05:03` on another
 * day, with the year in another year.
 * @param time milliseconds since the epoch
 */
export function formatTime(time: number, now: number, options: { seconds?: boolean } = {}): string {
  const at = new Date(time);
  const today = new Date(now);
  const day = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}${options.seconds === false ? '' : `:${two(at.getSeconds())}`}`;
  if (at.getFullYear() !== today.getFullYear()) return `${at.getFullYear()}-${day} ${clock}`;
  if (at.getMonth() !== today.getMonth() || at.getDate() !== today.getDate()) return `${day} ${clock}`;
  return clock;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
