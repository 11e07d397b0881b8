import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Helmet's headers for an API: no page of ours may load or frame anything. TLS, and so HSTS, is the gateway's.
 *
 * They never differ, so Helmet is asked once: running its dozen of middlewares for each request costs a tenth of
 * what a cached answer does.
 */
export function securityHeaders(): RequestHandler {
  const headers = Object.entries(helmetHeaders());
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

function helmetHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  const recorder = {
    setHeader: (name: string, value: string) => {
      headers[name] = value;
    },
    removeHeader: () => undefined,
  };
  const write = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    strictTransportSecurity: false,
  });
  // Without options that are functions Helmet looks at the response only, and works synchronously.
  write({} as IncomingMessage, recorder as unknown as ServerResponse, (error?: unknown) => {
    if (error) throw error;
  });
  return headers;
}
