/**
 * The refusal of a proxy, such as a 407, under a code of its own (EPROXY): undici says it as if somebody had aborted the
 * request. Undefined for other failures.
 */
export function proxyRefusal(error: unknown): Error | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: string };
  if (code !== 'UND_ERR_ABORTED' || !message?.startsWith('Proxy response')) return undefined;
  return Object.assign(new Error(message, { cause: error }), { code: 'EPROXY' });
}
