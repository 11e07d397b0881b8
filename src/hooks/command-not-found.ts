import { Errors, type Hook } from '@oclif/core';
import { usageError } from '../errors.ts';
import { describeFailure } from '../failure.ts';
import { nearest } from '../nearest.ts';
import { renderError } from '../render/error.ts';
import { styleFor } from '../render/style.ts';

/** An unknown command is wrong usage (exit 2), with the one that was probably meant; also under --json. */
const hook: Hook<'command_not_found'> = async ({ id, argv, config }) => {
  const names = config.commandIDs.map((name) => name.replaceAll(':', ' '));
  const word = id.replaceAll(':', ' ');
  const meant = nearest(word, names);
  const failure = describeFailure(
    usageError(`there is no command ${JSON.stringify(word)}`, [
      ...(meant === undefined ? [] : [`did you mean: mcp-s3 ${meant}`]),
      'all commands: mcp-s3 --help',
    ]),
  );
  if (argv?.includes('--json')) process.stdout.write(`${JSON.stringify(failure.json, null, 2)}\n`);
  else process.stderr.write(renderError(failure, styleFor(process.stderr, process.env)));
  throw new Errors.ExitError(failure.exitCode);
};

export default hook;
