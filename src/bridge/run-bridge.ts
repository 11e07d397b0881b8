import type { CliContext } from '../context.ts';
import type { Target } from '../targets/target.ts';
import { StdioChannel } from './stdio-channel.ts';

/**
 * Serves the target on standard input and output until the input ends or the context's signal aborts. The target
 * serves the channel itself where it can; everything else is forwarded over HTTP.
 */
export async function runBridge(target: Target, { io, env, version, signal }: CliContext): Promise<void> {
  const channel = new StdioChannel(io.stdin, io.stdout);
  const stop = () => void channel.close();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const session = await target.serveMcp?.(channel);
  if (session !== undefined) {
    io.note(`Serving ${target.describe()}.`);
    await channel.closed;
    return session.close();
  }
  // Loaded here: who is served by this process does without an HTTP client.
  const [{ dispatcherFor }, { Forwarder }] = await Promise.all([
    import('../../server/outbound/dispatcher.ts'),
    import('./forwarder.ts'),
  ]);
  const connection = await target.connection();
  const dispatcher = dispatcherFor(connection.url, env);
  io.note(`Forwarding to ${target.describe()}.`);
  try {
    await new Forwarder(channel, { connection, dispatcher, version, signal, log: io.note }).start();
    await channel.closed;
  } finally {
    await dispatcher.destroy();
  }
}
