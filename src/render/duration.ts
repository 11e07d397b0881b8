/** A stretch of time for people, in two units at most: `0 ms`, `182 ms`, `1.2 s`, `2 min 5 s`, `3 h`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${ms > 0 && ms < 9.95 ? trimmed(ms) : Math.round(ms)} ms`;
  if (ms < 9_950) return `${trimmed(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(seconds, 60, 'min', 1, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return pair(minutes, 60, 'h', 1, 'min');
  return pair(Math.round(minutes / 60), 24, 'd', 1, 'h');
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function pair(amount: number, perBig: number, big: string, perSmall: number, small: string): string {
  const rest = Math.floor((amount % perBig) / perSmall);
  const whole = `${Math.floor(amount / perBig)} ${big}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}
