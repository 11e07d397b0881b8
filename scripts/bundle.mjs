import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, formatMessages } from 'esbuild';

/** Stands for the way from a finished file to dist/; only then is it known. */
const DIST = '__DIST__';

/** CommonJS packages inside an ESM bundle still ask for these three. */
const COMMONJS_BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
  '',
].join('\n');

/**
 * What the bundle reads of our sources.
 *
 * `import { z } from 'zod'` holds all of zod, with its messages in fifty languages; `import * as z` is the same
 * object, of which the bundler drops what nobody uses: a quarter of the size, and of the time to load it.
 *
 * In the source a worker thread is started by `new URL('./name-worker.ts', import.meta.url)`. The bundle has each
 * worker once, at server/…/name-worker.js, whatever file the code that starts it ends up in.
 */
function sources(root) {
  return {
    name: 'sources',
    setup(plugin) {
      plugin.onLoad({ filter: /[\\/](src|server)[\\/].*\.ts$/ }, async ({ path: file }) => {
        const source = await readFile(file, 'utf8');
        const contents = source
          .replace(/^import \{ z \} from 'zod';/m, "import * as z from 'zod';")
          .replace(
            /new URL\(\s*(['"])(\.{1,2}\/[^'"]*worker)\.ts\1,\s*import\.meta\.url,?\s*\)/g,
            (_, __, worker) => {
              const target = path
                .relative(root, path.resolve(path.dirname(file), worker))
                .split(path.sep)
                .join('/');
              return `new URL('${DIST}/${target}.js', import.meta.url)`;
            },
          );
        return { contents, loader: 'ts' };
      });
    },
  };
}

/**
 * oclif sorts the ids of commands, which are ASCII, by the rules of a language. The first such comparison of a
 * process loads ICU's collator: 8 ms, a sixth of what bare Node takes to start.
 */
const plainOrder = {
  name: 'plain-order',
  setup(plugin) {
    plugin.onLoad(
      { filter: /@oclif[\\/]core[\\/]lib[\\/]config[\\/]plugin\.js$/ },
      async ({ path: file }) => {
        const source = await readFile(file, 'utf8');
        const contents = source.replace('a.id.localeCompare(b.id)', 'a.id < b.id ? -1 : 1');
        if (contents === source) throw new Error(`${file} sorts its commands in another way now`);
        return { contents, loader: 'js' };
      },
    );
  },
};

/**
 * Bundles the entries into the folder `below` of `outdir`, which mirrors `base`. A warning is a failure.
 * @returns the paths of all files that went in, relative to `root`
 */
export async function bundle(root, outdir, entries, { base, below = '.' }) {
  if (entries.length === 0) return [];
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outbase: base,
    outdir: path.join(outdir, below),
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Names stay, so that a stack trace in a bug report can be read.
    minifySyntax: true,
    legalComments: 'none',
    // Its CommonJS build asks for its parts in a way that a bundler cannot see.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    // oclif asks for the first three only when it runs a plugin's TypeScript, which never happens here. The validator
    // is an optional package of 10 MB, loaded from where npm put it.
    external: ['typescript', 'ts-node', 'tsx', '@aws/cloudformation-validate'],
    plugins: [sources(root), plainOrder],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  if (result.warnings.length > 0) {
    throw new Error((await formatMessages(result.warnings, { kind: 'warning' })).join('\n'));
  }
  for (const file of result.outputFiles) {
    const toDist = path.relative(path.dirname(file.path), outdir).split(path.sep).join('/') || '.';
    const text = file.text.replaceAll(DIST, toDist.startsWith('.') ? toDist : `./${toDist}`);
    const needsCommonJs = /\b(require|__filename|__dirname)\b/.test(text);
    await mkdir(path.dirname(file.path), { recursive: true });
    await writeFile(file.path, needsCommonJs ? COMMONJS_BANNER + text : text);
  }
  return Object.keys(result.metafile.inputs);
}
