import { z } from 'zod';

export const DEFAULT_STAGE = 'dev';

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

export const STAGE_RULE =
  'a stage is 1 to 20 lower-case letters, digits and hyphens, begins with a letter, and does not end in "-" or "-bootstrap"';

/** A stage's name: it becomes part of every AWS resource's name, which sets the alphabet and the length. */
export const stageName = z
  .string()
  .refine((name) => STAGE.test(name) && !name.endsWith('-') && !name.endsWith('-bootstrap'), STAGE_RULE);
