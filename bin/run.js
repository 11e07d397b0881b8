#!/usr/bin/env node
/**
 * The entry. Answers what needs no code of ours (version, root help) from files, and loads the bundle for the rest.
 * It keeps to syntax and modules that Node 16 has, so that an old Node gets a sentence and not a syntax error, and to
 * CommonJS (package.json beside it), which starts sooner than a module does.
 */
const { readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);
const argv = process.argv.slice(2);

/** Name, version and platform in one line, as oclif writes it. */
function versionLine() {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`;
}
const [major, minor] = process.versions.node.split('.').map(Number);

/** The reader has gone (`mcp-s3 files | head -1`): no more can be delivered, and that is nobody's failure. */
function endQuietly(error) {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** Whether the root help can be printed as it was built: 80 columns, without colour. */
function isPlainHelp() {
  if (argv.length > 1 || !['--help', '-h', 'help', undefined].includes(argv[0])) return false;
  if (process.env.FORCE_COLOR) return false;
  if (!process.stdout.isTTY) return true;
  return Boolean(process.env.NO_COLOR) && process.stdout.columns >= 80;
}

async function start() {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  require('node:module').enableCompileCache?.();
  let cli;
  try {
    cli = await import('../dist/cli.js');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.stderr.write('mcp-s3 is not built yet: run `npm run build` in its folder\n');
    process.exit(2);
  }
  await cli.main(argv, root);
}

process.stdout.on('error', endQuietly);
process.stderr.on('error', endQuietly);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`mcp-s3 needs Node.js 20.19 or later; this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  process.stdout.write(`${versionLine()}\n`);
} else {
  let help;
  try {
    if (isPlainHelp()) help = readFileSync(path.join(root, 'dist/help.txt'), 'utf8');
  } catch {
    // Not built: the same word as for every other command.
  }
  if (help === undefined) void start();
  else process.stdout.write(help);
}
