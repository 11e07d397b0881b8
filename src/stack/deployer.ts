import { randomBytes } from 'node:crypto';

/** Change sets of ours, by which a stack that was only reviewed is known. */
export const CHANGE_SET_PREFIX = 'mcp-s3-';

const BY = '-by-';

/**
 * A fresh name for a change, which also marks its events. It carries who makes it, so that `status` can tell: a tag
 * that changes with each person would be passed on to every resource of the stack.
 * @param arn of the user, the session of a role, or the account's root
 */
export function changeToken(arn: string): string {
  // Letters, digits and hyphens, 128 at most ("ClientRequestToken", CloudFormation's API reference).
  const who = arn
    .replace(/^.*[/:]/, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64);
  return `${CHANGE_SET_PREFIX}${randomBytes(8).toString('hex')}${who === '' ? '' : BY + who}`;
}

/** Who began the operation that an event's token marks, in the signs that a token has; undefined where it is unknown. */
export function deployerOf(token: string | undefined): string | undefined {
  if (token?.startsWith('Console-')) return 'the AWS console';
  const at = token?.startsWith(CHANGE_SET_PREFIX) ? token.indexOf(BY) : -1;
  return at < 0 ? undefined : token!.slice(at + BY.length);
}
