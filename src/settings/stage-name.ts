export const DEFAULT_STAGE = 'dev';

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

export const STAGE_RULE =
  'a stage is 1 to 20 lower-case letters, digits and hyphens, begins with a letter, and does not end in "-" or "-bootstrap"';

/** Whether it can name a stage. It becomes part of every AWS resource's name, which sets alphabet and length. */
export function isStageName(name: string): boolean {
  return STAGE.test(name) && !name.endsWith('-') && !name.endsWith('-bootstrap');
}
