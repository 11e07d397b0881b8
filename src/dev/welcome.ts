import type { Io } from '../io.ts';
import type { LocalBucket } from '../targets/local/local-bucket.ts';
import type { Listening } from './display.ts';

/** Where it listens, with what key, and what to paste into a client. The key itself on a terminal only. */
export function renderWelcome(
  io: Io,
  bucket: LocalBucket,
  { url, stage, key, limits, model }: Listening,
): string {
  const style = io.outStyle;
  const shownKey = key !== undefined && io.stdout.isTTY ? key : undefined;
  const row = (name: string, value: string) => `  ${style.dim(name.padEnd(7))} ${value}`;
  const lines = [
    `Serving ${style.bold(bucket.private ? `the private bucket of stage ${stage}` : bucket.label)}`,
    '',
    row('REST', url),
    row('MCP', `${url}/mcp`),
  ];
  if (key === undefined) lines.push(row('Key', 'none asked for (--no-auth)'));
  else
    lines.push(
      row(
        'Key',
        shownKey ?? `shown by: mcp-s3 key show --local${stage === 'dev' ? '' : ` --stage ${stage}`}`,
      ),
    );
  if (model !== undefined) lines.push(row('Model', model));
  lines.push(
    row(
      'Limits',
      `${rate(limits.rateLimit, limits.burst)} on REST, ${rate(limits.mcpRateLimit, limits.mcpBurst)} on /mcp`,
    ),
    row('', limits.quota > 0 ? `${limits.quota} requests a day for each key` : 'no daily quota'),
    '',
    'An MCP client takes this:',
    clientSnippet(`${url}/mcp`, key === undefined ? undefined : (shownKey ?? '<the key>')),
    '',
    style.dim('Requests appear below. Ctrl-C stops.'),
    '',
  );
  return lines.join('\n');
}

function rate(limit: number, burst: number): string {
  return limit > 0 ? `${limit}/s (burst ${burst})` : 'no limit';
}

/** The form that most clients share: Streamable HTTP with a header. */
function clientSnippet(url: string, key: string | undefined): string {
  const server = { type: 'http', url, ...(key === undefined ? {} : { headers: { 'x-api-key': key } }) };
  return JSON.stringify({ mcpServers: { 'mcp-s3': server } }, null, 2);
}
