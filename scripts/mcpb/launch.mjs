/**
 * The entry of the .mcpb bundle: `mcp-s3 bridge` with what the person typed into the client's form. A field that
 * was left empty arrives as an empty string, or as its placeholder, depending on the client.
 */
function typed(name) {
  const text = (process.env[name] ?? '').trim();
  const value = text.startsWith('${') ? '' : text;
  if (value === '') delete process.env[name];
  else process.env[name] = value;
  return value;
}

const endpoint = typed('MCP_S3_ENDPOINT');
const folder = typed('MCP_S3_FOLDER');
typed('MCP_S3_API_KEY');

if ((endpoint === '') === (folder === '')) {
  const what =
    endpoint === '' ? 'Neither an endpoint nor a folder is set' : 'An endpoint and a folder are set';
  process.stderr.write(`${what}: give one of them in the extension's settings.\n`);
  process.exit(2);
}
const target = endpoint === '' ? ['--local', '--folder', folder] : ['--endpoint', endpoint];
process.argv.splice(2, Infinity, 'bridge', ...target);
await import('../bin/run.js');
