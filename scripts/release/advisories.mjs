import { execFile } from 'node:child_process';

/** Advisories that are known and do not touch us, by their URL. Each says why. */
const EXPLAINED = {};

/**
 * What `npm audit` says of everything that is installed with the product.
 * @returns `unavailable` with the registry's words where it has no such endpoint: nothing is known then
 */
export async function advisories(root) {
  const { stdout, stderr } = await new Promise((resolve) => {
    execFile('npm', ['audit', '--omit', 'dev', '--json'], { cwd: root, maxBuffer: 2 ** 26 }, (_, out, err) =>
      resolve({ stdout: out, stderr: err }),
    );
  });
  const report = JSON.parse(stdout || '{}');
  if (report.vulnerabilities === undefined) {
    return { unavailable: report.message ?? stderr.trim().split('\n').at(-1) ?? 'no answer' };
  }
  const found = new Map();
  for (const { via } of Object.values(report.vulnerabilities)) {
    for (const one of via) if (typeof one === 'object') found.set(one.url, one);
  }
  return {
    found: [...found.values()]
      .filter(({ url }) => !(url in EXPLAINED))
      .map(({ name, severity, title, url }) => `${name}: ${title} (${severity}) ${url}`),
  };
}
