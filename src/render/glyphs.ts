/** Characters that charts and tables draw with. */
export interface Glyphs {
  ellipsis: string;
  /** Bars from below, from an eighth to full. Where there are no such parts, from half to full. */
  columns: string[];
  /** Bars from the left, from a part to full. */
  bars: string[];
  axis: { vertical: string; corner: string; horizontal: string };
}

const UNICODE: Glyphs = {
  ellipsis: '…',
  columns: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  bars: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  axis: { vertical: '│', corner: '└', horizontal: '─' },
};

const ASCII: Glyphs = {
  ellipsis: '...',
  columns: ['.', '#'],
  bars: ['#'],
  axis: { vertical: '|', corner: '+', horizontal: '-' },
};

/**
 * Block characters where the terminal can show them. The locale decides, as POSIX says: the first of LC_ALL,
 * LC_CTYPE and LANG that is set. Where none is, as in most containers, terminals speak UTF-8 nevertheless.
 */
export function glyphsFor(env: NodeJS.ProcessEnv, platform = process.platform): Glyphs {
  if (env.TERM === 'dumb' || env.TERM === 'linux') return ASCII;
  if (platform === 'win32') return env.WT_SESSION || env.TERM_PROGRAM ? UNICODE : ASCII;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return !locale || /utf-?8/i.test(locale) ? UNICODE : ASCII;
}
