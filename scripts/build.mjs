/**
 * `npm run build`: bundles the command line and the server into dist/, and writes what start-up reads instead of
 * loading code: oclif's manifest and the text of the root help.
 *
 *   dist/cli.js, dist/commands/**, dist/hooks/**, dist/help/**   one entry each, shared code in dist/chunks/
 *   dist/server/main.js                            the container's server, its worker threads and chunks beside it
 *   dist/functions/*.js                            the Lambda functions, for the template to hold inline
 *   dist/templates.json                            the merged CloudFormation templates
 *   dist/help.txt, dist/THIRD-PARTY-LICENSES.txt, oclif.manifest.json
 *
 * Everything is made in a folder of its own and moved into place at the end, so that a failing build leaves the
 * previous one standing.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { bundleFunction, functionNames } from './functions.mjs';
import { thirdPartyLicences } from './licences.mjs';
import { manifestAndHelp } from './manifest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const staging = path.join(root, `dist.${process.pid}.tmp`);

/** The TypeScript files below `folder` that `wanted` accepts, as paths relative to the repository. */
async function sources(folder, wanted) {
  const names = await readdir(path.join(root, folder), { recursive: true });
  const files = names.map((name) => `${folder}/${name.split(path.sep).join('/')}`);
  return files.filter((file) => file.endsWith('.ts') && wanted.test(file)).sort();
}

try {
  await rm(staging, { recursive: true, force: true });
  const pkg = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const inputs = [
    ...(await bundle(
      root,
      staging,
      await sources('src', /^src\/(cli\.ts|commands\/|hooks\/|help\/help\.ts)/),
      { base: 'src' },
    )),
    ...(await bundle(root, staging, await sources('server', /^server\/main\.ts$|worker\.ts$/), {
      base: 'server',
      below: 'server',
    })),
  ];
  await mkdir(path.join(staging, 'functions'), { recursive: true });
  for (const name of await functionNames(root)) {
    await writeFile(path.join(staging, 'functions', `${name}.js`), await bundleFunction(root, name));
  }
  // The same code that merges them in the tests; it is TypeScript, and so is bundled before it can run here.
  const merging = path.join(staging, 'merging');
  await bundle(root, merging, ['src/stack/compose/sources.ts'], { base: 'src' });
  await writeFile(path.join(merging, 'package.json'), '{"type":"module"}');
  const { mergeSources } = await import(pathToFileURL(path.join(merging, 'stack/compose/sources.js')).href);
  const templates = mergeSources(pathToFileURL(root), pathToFileURL(`${staging}/`));
  await writeFile(path.join(staging, 'templates.json'), JSON.stringify(templates));
  await rm(merging, { recursive: true });
  await writeFile(path.join(staging, 'THIRD-PARTY-LICENSES.txt'), await thirdPartyLicences(root, inputs));
  const { manifest, help } = await manifestAndHelp(staging, pkg);
  await writeFile(path.join(staging, 'help.txt'), help);
  await writeFile(path.join(staging, 'oclif.manifest.json'), JSON.stringify(manifest));

  const previous = `${staging}.old`;
  await rename(path.join(root, 'dist'), previous).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(staging, path.join(root, 'dist'));
  await rename(path.join(root, 'dist', 'oclif.manifest.json'), path.join(root, 'oclif.manifest.json'));
  await rm(previous, { recursive: true, force: true });
} catch (error) {
  await rm(staging, { recursive: true, force: true });
  console.error(`build failed: ${error.message}`);
  if (process.env.DEBUG) console.error(error);
  process.exitCode = 1;
}
