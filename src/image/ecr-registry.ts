import type { RegionalConnection } from '../aws/connection.ts';
import { blobUrl, type EcrRepository, imageManifest } from '../aws/ecr.ts';
import { failed } from '../errors.ts';
import { MANIFEST_TYPES, type Registry, type StoredManifest } from './registry.ts';

/** A repository of ECR, read through its API. */
export class EcrRegistry implements Registry {
  private readonly connection: RegionalConnection;
  private readonly repository: EcrRepository;

  constructor(connection: RegionalConnection, repository: EcrRepository) {
    this.connection = connection;
    this.repository = repository;
  }

  async manifest(reference: string, signal: AbortSignal): Promise<StoredManifest | undefined> {
    const found = await imageManifest(this.connection, this.repository, reference, MANIFEST_TYPES, signal);
    return found && { digest: found.digest, body: JSON.parse(found.text) };
  }

  async blob(digest: string, signal: AbortSignal): Promise<unknown> {
    const url = new URL(await blobUrl(this.connection, this.repository, digest, signal));
    const path = url.pathname + url.search;
    const { dispatcher } = this.connection;
    const answer = await dispatcher.request({ origin: url.origin, path, method: 'GET', signal });
    const text = await answer.body.text();
    if (answer.statusCode === 200) return JSON.parse(text);
    throw failed('registry_failed', `ECR's storage answered ${answer.statusCode}`, ['try again']);
  }
}
