import type { DeployResult } from '../deploy/deploy-result.ts';
import type { Io } from '../io.ts';
import { printable } from './printable.ts';

export interface DeployedOptions {
  /** Shown where it is given: on a terminal only. */
  apiKey: string | undefined;
  io: Io;
  /** The flags that lead a further command to the same stage, with a blank before: ` --stage prod`. */
  flags: string;
}

/** What stands now and what to do next. */
export function renderDeployed(result: DeployResult, options: DeployedOptions): string[] {
  const { io } = options;
  if (result.result === 'planned') return [];
  return [io.outStyle.bold(headline(result)), ...places(result, options), ...nextSteps(result, options)];
}

function headline({ result, stage }: DeployResult): string {
  switch (result) {
    case 'created':
      return `Stage ${stage} is deployed.`;
    case 'updated':
      return `Stage ${stage} is up to date again.`;
    default:
      return `Nothing to change: stage ${stage} is up to date.`;
  }
}

function places({ outputs, result }: DeployResult, { apiKey, io, flags }: DeployedOptions): string[] {
  const { ApiGatewayEndpoint: endpoint, S3BucketName: bucket } = outputs;
  const row = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`  ${io.outStyle.dim(name.padEnd(9))}${printable(value)}`];
  return [
    ...row('Endpoint', endpoint),
    ...row('MCP', endpoint === undefined ? undefined : `${endpoint}/mcp`),
    ...row('Bucket', bucket),
    ...(result === 'unchanged' ? [] : row('Key', apiKey ?? `shown by: mcp-s3 key show${flags}`)),
  ];
}

function nextSteps(
  { confirmEmail, outputs, result }: DeployResult,
  { apiKey, flags }: DeployedOptions,
): string[] {
  const url = outputs.ApiGatewayEndpoint;
  const mail =
    confirmEmail === undefined
      ? []
      : [
          `  Confirm the e-mail that AWS sent to ${printable(confirmEmail)}: alarms are mailed only after that.`,
        ];
  if (result !== 'created') return mail.length === 0 ? [] : ['', 'Next:', ...mail];
  return [
    '',
    'Next:',
    ...mail,
    `  Put a file in:      mcp-s3 upload FILE${flags}`,
    `  Have it summarized: mcp-s3 summarize KEY${flags}`,
    `  Set up a client:    mcp-s3 connect claude-code --write${flags}`,
    ...(url === undefined
      ? []
      : ['', 'An MCP client takes this:', snippet(`${url}/mcp`, apiKey ?? '<the key>')]),
  ];
}

/** The form that most clients share: Streamable HTTP with a header. */
function snippet(url: string, key: string): string {
  return JSON.stringify(
    { mcpServers: { 'mcp-s3': { type: 'http', url, headers: { 'x-api-key': key } } } },
    null,
    2,
  );
}
