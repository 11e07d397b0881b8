import type { ReadText } from './serve.ts';
import { declareTools } from './tools.ts';

interface Registry {
  registerTool(name: string, config: object, run: never): unknown;
}

const declaredOnce = process.env.BENCH_DECLARE === 'once' ? declareTools() : undefined;

/**
 * Registers our tools, of which only `read_file` does anything. The libraries' examples declare theirs where they make
 * the server, for each request; BENCH_DECLARE=once declares them beforehand.
 */
export function register(server: Registry, read: ReadText): void {
  for (const { name, config } of declaredOnce ?? declareTools()) {
    const run = async (args: { file_key: string }) => ({
      content: [{ type: 'text', text: name === 'read_file' ? await read(args.file_key) : '' }],
    });
    server.registerTool(name, config, run as never);
  }
}
