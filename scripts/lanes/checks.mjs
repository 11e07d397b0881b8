import { execFile } from 'node:child_process';
import { ROOT } from './tools.mjs';

/** Runs a program whose exit code is the verdict: one check, passed or failed. */
export async function check(title, command, args, options = {}) {
  const { code, output } = await new Promise((resolve) => {
    execFile(command, args, { cwd: ROOT, maxBuffer: 2 ** 26, ...options }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, output: `${stdout}${stderr}` });
    });
  });
  if (code === 0) return { passed: 1, failed: 0, skipped: 0, failures: [] };
  return {
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [`${title} ended with ${code}\n${output.slice(-5000)}`],
  };
}

/** Adds up the results of several checks. */
export function sum(results) {
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const { passed, failed, skipped, failures } of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.failures.push(...failures);
  }
  return total;
}
