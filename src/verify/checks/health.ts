import { type Check, ok, wrong } from '../check.ts';
import { shown } from '../requester.ts';

export const health: Check = {
  name: 'health',
  needs: [],
  ofService: true,
  expected: '200 {"status":"healthy"}',
  remedy: 'look at the log: mcp-s3 logs',
  async run({ request }) {
    const answer = await request('/health');
    const { status } = (answer.json ?? {}) as { status?: unknown };
    if (answer.status === 200 && status === 'healthy') return ok('200, healthy');
    return wrong(shown(answer), REMEDIES[answer.status]);
  },
};

const REMEDIES: Record<number, string> = {
  403: 'set MCP_S3_API_KEY to a key of this service',
  404: 'check the endpoint: it ends in the stage of the API, such as /v1',
  429: "today's quota of this key may be used up; it starts over at 00:00 UTC",
  503: 'the service is starting or stopping: try again in a minute',
};
