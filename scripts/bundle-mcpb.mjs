/**
 * `npm run bundle`: makes what desktop clients and the MCP registry take, in dist-bundle/ (or --out FOLDER):
 *
 *   mcp-s3-VERSION.mcpb   the bridge with all it needs, installed by a double click; packed by the format's own packer
 *   server.json           the entry for the MCP registry, held against its published schema
 *
 * --owner NAME is the GitHub account that publishes. Needs a built dist/ (npm run build).
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packExtension, validateManifest } from '@anthropic-ai/mcpb';
import { Ajv } from 'ajv';
import { listTools } from './mcpb/list-tools.mjs';
import { manifest } from './mcpb/manifest.mjs';
import { serverJson, UNKNOWN_OWNER } from './mcpb/server-json.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** All that the bridge reads of the package, besides the launcher. */
const CONTENT = ['bin', 'dist', 'oclif.manifest.json', 'package.json', 'LICENSE'];

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: path.join(root, 'dist-bundle') },
    owner: { type: 'string', default: UNKNOWN_OWNER },
  },
});

/** Of the MCP registry, github.com/modelcontextprotocol/registry v1.8.8 (MIT and Apache-2.0). */
async function checkServerJson(document) {
  const file = new URL('./mcpb/server.schema.2025-12-11.json', import.meta.url);
  // Its formats say no more than its patterns, and `example` is no keyword.
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile(JSON.parse(await readFile(file, 'utf8')));
  if (!validate(document)) throw new Error(`server.json: ${ajv.errorsText(validate.errors)}`);
}

/** The packer reports on standard output what it does and why it fails. */
function orFail(succeeded, what) {
  if (!succeeded) throw new Error(`${what}: see above`);
}

const staging = await mkdtemp(path.join(tmpdir(), 'mcp-s3-mcpb-'));
try {
  const pkg = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  for (const name of CONTENT) await cp(path.join(root, name), path.join(staging, name), { recursive: true });
  await mkdir(path.join(staging, 'server'));
  await cp(path.join(root, 'scripts/mcpb/launch.mjs'), path.join(staging, 'server/launch.mjs'));
  const tools = await listTools([path.join(staging, 'server/launch.mjs')], { MCP_S3_FOLDER: 'FOLDER' });
  const manifestFile = path.join(staging, 'manifest.json');
  await writeFile(manifestFile, `${JSON.stringify(manifest(pkg, tools), null, 2)}\n`);
  orFail(validateManifest(manifestFile), 'the manifest is not valid');

  await mkdir(values.out, { recursive: true });
  const bundle = `${pkg.name}-${pkg.version}.mcpb`;
  const outputPath = path.join(values.out, bundle);
  orFail(
    await packExtension({ extensionPath: staging, outputPath, silent: true }),
    'the bundle was not packed',
  );
  const packed = await readFile(outputPath);
  const sha256 = createHash('sha256').update(packed).digest('hex');
  const entry = serverJson(pkg, { owner: values.owner, sha256, bundle });
  await checkServerJson(entry);
  await writeFile(path.join(values.out, 'server.json'), `${JSON.stringify(entry, null, 2)}\n`);

  const size = (packed.length / 1024 / 1024).toFixed(1);
  console.log(
    `${path.relative(process.cwd(), outputPath)}: ${size} MB, ${tools.length} tools, sha256 ${sha256}`,
  );
  if (values.owner === UNKNOWN_OWNER) {
    console.log(`server.json names ${entry.name}: say --owner NAME before you publish it`);
  }
} finally {
  await rm(staging, { recursive: true, force: true });
}
