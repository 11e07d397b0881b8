import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Profile {
  id: string;
  /** Ids of the models that it serves. */
  models: string[];
  status?: string;
}

/** The one operation of Bedrock's control plane that is asked: ListInferenceProfiles, two profiles to a page. */
export async function startProfilesServer(profiles: Profile[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    asked.push(request.url!);
    const from = Number(url.searchParams.get('nextToken') ?? 0);
    const page = profiles.slice(from, from + 2).map(({ id, models, status = 'ACTIVE' }) => ({
      inferenceProfileId: id,
      inferenceProfileName: id,
      inferenceProfileArn: `arn:aws:bedrock:eu-central-1:111122223333:inference-profile/${id}`,
      models: models.map((model) => ({
        modelArn: `arn:aws:bedrock:eu-central-1::foundation-model/${model}`,
      })),
      status,
      type: 'SYSTEM_DEFINED',
    }));
    const next = from + 2 < profiles.length ? { nextToken: String(from + 2) } : {};
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ inferenceProfileSummaries: page, ...next }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Path and query of each request. */
    asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
