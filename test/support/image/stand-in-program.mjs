/** What a stand-in for a container tool does, in a process of its own: see stand-in-builder.ts. */
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const read = (file) => (file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined);

export async function act({ log, fails = {}, prints = {}, hangs, manifest, builds }) {
  const args = process.argv.slice(2);
  const { env } = process;
  const [word] = args;
  const call = {
    args,
    env,
    pid: process.pid,
    stdin: readFileSync(0, 'utf8'),
    cwd: process.cwd(),
    files: word === 'build' ? rightsBelow('.') : {},
    configFolder: existsSync(env.DOCKER_CONFIG ?? '') ? readdirSync(env.DOCKER_CONFIG).sort() : [],
    rights: env.REGISTRY_AUTH_FILE === undefined ? undefined : rightsOf(env.REGISTRY_AUTH_FILE),
    logins: read(env.REGISTRY_AUTH_FILE),
  };
  appendFileSync(log, `${JSON.stringify(call)}\n`);
  const asked = `${log}.platform`;
  if (word === 'build') writeFileSync(asked, args[args.indexOf('--platform') + 1]);
  if (args.includes('inspect')) process.stdout.write(builds ?? read(asked) ?? '');
  if (word === 'images') process.stdout.write(prints.images ?? '');
  else if (prints[word] !== undefined) process.stderr.write(prints[word]);
  if (hangs === word) {
    process.stderr.write('hanging\n');
    setInterval(() => undefined, 1000);
    return;
  }
  if (word === 'push' && manifest !== undefined) {
    const [, host, repository, tag] = /^(.+?)\/(.+):(.+)$/.exec(args.at(-1));
    const url = `http://${host}/v2/${repository}/manifests/${tag}`;
    await fetch(url, { method: 'PUT', body: JSON.stringify(manifest) });
  }
  process.exitCode = fails[word] ?? 0;
}

function rightsBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [file, rightsOf(file)];
    }),
  );
}

function rightsOf(file) {
  return (statSync(file).mode & 0o777).toString(8);
}
