import type { Hook } from '@oclif/core';
import { unknownCommand } from '../help/unknown-command.ts';

/** Throws for a command that does not exist; `main` says it, as text or as JSON. */
const hook: Hook<'command_not_found'> = async ({ id, config }) => {
  throw unknownCommand(id, config);
};

export default hook;
