import { usageError } from '../../errors.ts';

/** What mail systems accept in practice: RFC 5321's length, no quoted local parts, a host with a dot. */
const EMAIL = /^[^\s@<>()[\]\\,;:"]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** @throws usage error (exit 2) */
export function readEmail(value: unknown, name: string): string {
  const text = String(value).trim();
  const [local = ''] = text.split('@');
  const dots = local.startsWith('.') || local.endsWith('.') || text.includes('..');
  if (EMAIL.test(text) && !dots && text.length <= 254 && local.length <= 64) return text;
  throw usageError(`${name} ${JSON.stringify(value)} is no e-mail address`, [
    'one address, such as ops@example.com; for several people use a mailing list',
    'to send no mails any more: --reset email',
  ]);
}
