/**
 * Runs lanes of tests one after the other and ends with one line, `N passed, N failed, N skipped`.
 *
 *   node scripts/lanes.mjs LANE|GROUP… [--strict]
 *
 * A lane that cannot run here (a tool is missing) is skipped with its reason; under --strict it counts as failed.
 */
import { parseArgs } from 'node:util';
import { GROUPS, LANES } from './lanes/catalogue.mjs';
import { Unavailable } from './lanes/tools.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { strict: { type: 'boolean' } },
});
const names = positionals.flatMap((word) => GROUPS[word] ?? [word]);
const unknown = names.filter((name) => !LANES[name]);
if (names.length === 0 || unknown.length > 0) {
  const known = [...Object.keys(GROUPS), ...Object.keys(LANES)].join(', ');
  console.error(
    `${unknown.length ? `no such lane: ${unknown.join(', ')}` : 'name a lane'}\nThere are: ${known}`,
  );
  process.exit(2);
}

async function runLane(name) {
  try {
    return await LANES[name].run();
  } catch (error) {
    const skip = error instanceof Unavailable && !values.strict;
    const reason = error instanceof Unavailable ? `could not run: ${error.message}` : error.stack;
    return { passed: 0, failed: skip ? 0 : 1, skipped: skip ? 1 : 0, failures: [reason] };
  }
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names) {
  console.log(`== ${name}: ${LANES[name].covers}`);
  const began = Date.now();
  const result = await runLane(name);
  for (const failure of result.failures) console.log(`  - ${failure.trim().replaceAll('\n', '\n    ')}`);
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(
    `   ${result.passed} ok, ${result.failed} not ok, ${result.skipped} left out, in ${seconds} s\n`,
  );
  for (const key of Object.keys(total)) total[key] += result[key];
}
// The only line of this form, whatever the lanes print: programs read it.
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
