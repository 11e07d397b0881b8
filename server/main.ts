import packageJson from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { ConfigError, readConfig, type ServerConfig } from './config.ts';
import { PRODUCT } from './names.ts';

/**
 * The container's entry: environment in, server up. SIGTERM and SIGINT drain it; a second one ends it at once.
 * Exit codes: 0 drained, 1 could not start, 2 wrong configuration.
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
    process.stderr.write(`${PRODUCT}: wrong configuration\n${error.message}\n`);
    process.exit(2);
  }
}

main().catch((error: Error) => {
  const detail = process.env.DEBUG ? error.stack : error.message;
  process.stderr.write(`${PRODUCT}: cannot start: ${detail}\n`);
  process.exit(1);
});
