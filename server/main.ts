import packageJson from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { ConfigError, readConfig, type ServerConfig } from './config.ts';
import { PRODUCT } from './names.ts';
import { type LastWords, sayLastWords } from './telemetry/last-words.ts';

/**
 * The container's entry: environment in, server up. SIGTERM and SIGINT drain it; a second one ends it at once.
 * Exit codes: 0 drained, 1 could not start or crashed, 2 wrong configuration.
 */
async function main(): Promise<void> {
  // Six lines on standard error for every client on Node 20, which mcp-s3 supports knowingly.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const config = configOrExit();
  const app = await createApp({ ...config.app, version: packageJson.version });
  const { url } = await app.listen(config.listen);
  process.stderr.write(`${PRODUCT} ${packageJson.version} listens on ${url}\n`);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    await app.close(config.close);
    process.exit(0);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

function configOrExit(): ServerConfig {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return end(2, { what: 'wrong configuration', why: error.message });
  }
}

function end(code: number, words: LastWords): never {
  try {
    sayLastWords(words, PRODUCT);
  } finally {
    process.exit(code);
  }
}

/** A person gets the stack with DEBUG; the log has it always. */
function detail(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (process.env.DEBUG && error.stack) || error.message;
}

// Promises that nobody waits for come here, too.
process.on('uncaughtException', (error) => end(1, { what: 'crashed', why: detail(error), error }));
main().catch((error) => end(1, { what: 'cannot start', why: detail(error), error }));
