import { Errors, flush, run, settings } from '@oclif/core';
import { CliError } from './errors.ts';
import { describeFailure } from './failure.ts';
import { renderError } from './render/error.ts';
import { styleFor } from './render/style.ts';

/** `mcp-s3 help COMMAND` is another way to write `mcp-s3 COMMAND --help`. */
function withHelpFlag(argv: string[]): string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
}

/**
 * Runs the command line and ends the process with the command's exit code where it failed.
 * @param argv the words after the program's name
 * @param root the package's folder, which holds package.json and oclif's manifest
 */
export async function main(argv: string[], root: string): Promise<void> {
  settings.enableAutoTranspile = false;
  try {
    await run(withHelpFlag(argv), { root, userPlugins: false, devPlugins: false });
    await flush();
  } catch (error) {
    await Errors.handle(error instanceof CliError ? told(error, argv) : (error as Error));
  }
}

/** What no command could say, since none was found. */
function told(error: CliError, argv: string[]): Error {
  const failure = describeFailure(error);
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(failure.json, null, 2)}\n`);
  else process.stderr.write(renderError(failure, styleFor(process.stderr, process.env)));
  return new Errors.ExitError(failure.exitCode);
}
