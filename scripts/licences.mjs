import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The licence texts of all packages that went into the bundle: most licences ask that their text travels with the
 * code, and bundling takes it out of node_modules.
 * @param inputs paths of bundled files relative to `root`, as esbuild's metafile names them
 */
export async function thirdPartyLicences(root, inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  const sections = new Map();
  for (const folder of folders) {
    const pkg = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
    const names = (await readdir(path.join(root, folder))).filter((name) =>
      /^(licen[cs]e|copying|notice)/i.test(name),
    );
    const texts = await Promise.all(
      names.sort().map((name) => readFile(path.join(root, folder, name), 'utf8')),
    );
    const licence = typeof pkg.license === 'string' ? pkg.license : (pkg.license?.type ?? 'see the text');
    const title = `${pkg.name} ${pkg.version} (${licence})`;
    sections.set(
      title,
      texts.join('\n').trim() ||
        'The package carries no licence file; its package.json names the licence above.',
    );
  }
  const rule = '-'.repeat(78);
  return [
    'mcp-s3 is built with the following packages. Their licences:\n',
    ...[...sections]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([title, text]) => `${rule}\n${title}\n${rule}\n${text}\n`),
  ].join('\n');
}
