import { type CliHome, startCli } from '../cli.ts';
import type { Emulator } from './emulator.ts';

export interface Killed {
  /** Null where it was killed. */
  code: number | null;
  stderr: string;
  /** Whether it came to the call at all. */
  reached: boolean;
}

/**
 * Runs a command until it makes a call of the action, and kills it with kill -9: before the call is made, or after, so
 * that it does not live to see the answer.
 */
export async function killAt(
  { emulator, home }: { emulator: Emulator; home: CliHome },
  args: string[],
  action: string | RegExp,
  how: 'before' | 'after',
): Promise<Killed> {
  const running = startCli(args, { home, env: emulator.env() });
  running.child.stdin.end();
  const rule = emulator.proxy.rig({
    action,
    times: 1,
    do: () => {
      running.child.kill('SIGKILL');
      return how === 'before' ? { status: 500 } : undefined;
    },
  });
  const { code, stderr } = await running.ended;
  rule.remove();
  return { code, stderr, reached: rule.hits > 0 };
}
