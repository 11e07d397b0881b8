import { type Check, ok, wrong } from '../check.ts';
import { shown } from '../requester.ts';

export const wrongKey: Check = {
  name: 'wrong key',
  needs: ['health'],
  ofService: false,
  expected: '403 {"message":"Forbidden"} with a wrong key, and with none',
  remedy:
    'anyone can read the files: put the key check in front (dev without --no-auth; on AWS the API asks for keys)',
  async run({ request, mark }) {
    for (const key of [`wrong-${mark}`, null]) {
      const answer = await request('/health', { key });
      const { message } = (answer.json ?? {}) as { message?: unknown };
      if (answer.status !== 403 || message !== 'Forbidden') {
        return wrong(`${shown(answer)}, ${key === null ? 'without a key' : 'with a wrong key'}`);
      }
    }
    return ok('403, Forbidden');
  },
};

export const missingFile: Check = {
  name: 'missing file',
  needs: ['health'],
  ofService: true,
  expected: '404 with the code not_found, as JSON',
  remedy: 'something before the service answers in its place: look at the response headers',
  async run({ request, mark }) {
    const answer = await request(`/file?key=mcp-s3-verify-nothing-${mark}`);
    const { error } = (answer.json ?? {}) as { error?: { code?: unknown } };
    return answer.status === 404 && error?.code === 'not_found' ? ok('404, not_found') : wrong(shown(answer));
  },
};

export const badBody: Check = {
  name: 'bad body',
  needs: ['health'],
  ofService: false,
  expected: '400 with what is wrong, as JSON',
  remedy: 'bodies are not held against their schema: deploy this version again',
  async run({ request }) {
    for (const body of [{ file_key: 5 }, '{"file_key":']) {
      const answer = await request('/summarize', { method: 'POST', body });
      const { message, error } = (answer.json ?? {}) as { message?: unknown; error?: { message?: unknown } };
      if (answer.status !== 400 || typeof (message ?? error?.message) !== 'string')
        return wrong(shown(answer));
    }
    return ok('400');
  },
};

/** Clients look here for a login; any answer but a 404 in JSON makes them begin one ("Authorization", MCP). */
export const wellKnown: Check = {
  name: 'well-known',
  needs: ['health'],
  ofService: true,
  expected: '404 as JSON on /.well-known/*, so that no client begins a login',
  remedy: 'something before the service answers /.well-known/*: let it through, or answer 404 in JSON',
  async run({ request }) {
    for (const name of ['oauth-protected-resource', 'oauth-authorization-server']) {
      const answer = await request(`/.well-known/${name}`);
      if (answer.status !== 404 || typeof answer.json !== 'object') return wrong(shown(answer));
    }
    return ok('404, JSON');
  },
};
