import type { Interfaces } from '@oclif/core';
import { type CliError, usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** A command that does not exist: wrong usage (exit 2), with the one that was probably meant. */
export function unknownCommand(id: string, config: Interfaces.Config): CliError {
  const word = id.replaceAll(':', ' ');
  const meant = nearest(
    word,
    config.commandIDs.map((name) => name.replaceAll(':', ' ')),
  );
  return usageError(`there is no command ${JSON.stringify(word)}`, [
    ...(meant === undefined ? [] : [`did you mean: mcp-s3 ${meant}`]),
    'all commands: mcp-s3 --help',
  ]);
}
