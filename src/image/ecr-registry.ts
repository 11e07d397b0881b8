import type { RegionalConnection } from '../aws/connection.ts';
import { blobUrl, type EcrRepository, imageManifest } from '../aws/ecr.ts';
import { failed } from '../errors.ts';
import { fetchText, parseAnswer } from './fetch-text.ts';
import { MANIFEST_TYPES, type Manifest, type Registry, type StoredManifest } from './registry.ts';

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
    return found && { digest: found.digest, body: parseAnswer(found.text, 'ECR') as Manifest };
  }

  async blob(digest: string, signal: AbortSignal): Promise<unknown> {
    const url = new URL(await blobUrl(this.connection, this.repository, digest, signal));
    const { status, text } = await fetchText(this.connection.dispatcher, url, {}, signal);
    if (status === 200) return parseAnswer(text, 'ECR');
    throw failed('registry_failed', `ECR's storage answered ${status}`, ['try again']);
  }
}
