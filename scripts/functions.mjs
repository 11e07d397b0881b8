import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/** Sources of the Lambda functions: each file directly below is one. */
export const FUNCTIONS_FOLDER = 'templates/functions';

/** Names of all functions. */
export async function functionNames(root) {
  const files = await readdir(path.join(root, FUNCTIONS_FOLDER));
  return files.filter((file) => file.endsWith('.ts')).map((file) => path.basename(file, '.ts'));
}

/**
 * Bundles one function as the text that stands inline in the template. Lambda calls it `index.js`, which is
 * CommonJS, and brings the AWS SDK itself.
 */
export async function bundleFunction(root, name) {
  const { outputFiles, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [`${FUNCTIONS_FOLDER}/${name}.ts`],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    external: ['@aws-sdk/*'],
    // People read it in the template and in the console, and in stack traces: its white space and names stay.
    minifySyntax: true,
    charset: 'ascii',
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  if (warnings.length > 0) throw new Error(`${name}: ${warnings[0].text}`);
  return outputFiles[0].text;
}
