import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { credentialsError, failed } from '../errors.ts';
import { fetchText, parseAnswer, type TextAnswer } from './fetch-text.ts';
import { type ImageReference, isLoopback } from './reference.ts';
import { MANIFEST_TYPES, type Manifest, type Registry, type StoredManifest } from './registry.ts';

/** Redirects of a blob to where it is stored. */
const HOPS = 4;

/** A registry that speaks the distribution protocol ("OCI Distribution Specification"), read without a login. */
export class HttpRegistry implements Registry {
  private readonly at: ImageReference;
  private readonly host: string;
  private readonly path: string;
  private readonly dispatcher: Dispatcher;
  private token: string | undefined;

  constructor(at: ImageReference, dispatcher: Dispatcher) {
    this.at = at;
    this.dispatcher = dispatcher;
    // Docker Hub is the one registry whose name is not its host's, and whose short names have a prefix.
    const hub = at.registry === 'docker.io' || at.registry === 'index.docker.io';
    this.host = hub ? 'registry-1.docker.io' : at.registry;
    this.path = hub && !at.repository.includes('/') ? `library/${at.repository}` : at.repository;
  }

  async manifest(reference: string, signal: AbortSignal): Promise<StoredManifest | undefined> {
    const answer = await this.get(`manifests/${reference}`, MANIFEST_TYPES.join(', '), signal);
    if (answer.status === 404) return undefined;
    this.mustBeFine(answer);
    const digest = digestOf(answer.text);
    if (reference.startsWith('sha256:') && digest !== reference) throw this.garbled(reference);
    return { digest, body: parseAnswer(answer.text, this.host) as Manifest };
  }

  async blob(digest: string, signal: AbortSignal): Promise<unknown> {
    const answer = await this.get(`blobs/${digest}`, '*/*', signal);
    this.mustBeFine(answer);
    if (digestOf(answer.text) !== digest) throw this.garbled(digest);
    return parseAnswer(answer.text, this.host);
  }

  private garbled(digest: string): Error {
    return failed('registry_failed', `the registry ${this.at.registry} has other content under ${digest}`);
  }

  private mustBeFine({ status }: TextAnswer): void {
    const { registry, repository } = this.at;
    if (status === 200) return;
    if (status === 401 || status === 403) {
      throw credentialsError(`the registry ${registry} does not let everyone read ${repository}`, [
        'tasks could not pull it either: put the image into ECR in this account',
      ]);
    }
    const again = status === 429 ? 'try again later, or put the image into ECR' : 'try again';
    throw failed('registry_failed', `the registry ${registry} answered ${status}`, [again]);
  }

  private async get(path: string, accept: string, signal: AbortSignal): Promise<TextAnswer> {
    const scheme = isLoopback(this.host) ? 'http' : 'https';
    const url = new URL(`${scheme}://${this.host}/v2/${this.path}/${path}`);
    const answer = await this.follow(url, accept, signal);
    const challenge = answer.headers['www-authenticate'];
    if (answer.status !== 401 || typeof challenge !== 'string' || this.token !== undefined) return answer;
    this.token = await this.anonymousToken(challenge, signal);
    return this.token === undefined ? answer : await this.follow(url, accept, signal);
  }

  private async follow(from: URL, accept: string, signal: AbortSignal): Promise<TextAnswer> {
    let url = from;
    for (let hop = 0; ; hop++) {
      // A token is for the registry only, and not for where it keeps its blobs.
      const known = this.token !== undefined && url.host === from.host;
      const headers = { accept, ...(known ? { authorization: `Bearer ${this.token}` } : {}) };
      const answer = await fetchText(this.dispatcher, url, headers, signal);
      const { location } = answer.headers;
      const moved = [301, 302, 303, 307, 308].includes(answer.status) && typeof location === 'string';
      if (!moved || hop === HOPS) return answer;
      url = new URL(location, url);
    }
  }

  /** A public registry gives everyone a token to read with ("Token Authentication Specification"). */
  private async anonymousToken(challenge: string, signal: AbortSignal): Promise<string | undefined> {
    const fields = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    if (!/^bearer /i.test(challenge) || !URL.canParse(fields.realm ?? '')) return undefined;
    const url = new URL(fields.realm!);
    if (url.protocol !== 'https:' && !isLoopback(url.host)) return undefined;
    for (const name of ['service', 'scope']) {
      if (fields[name] !== undefined) url.searchParams.set(name, fields[name]);
    }
    const { status, text } = await fetchText(this.dispatcher, url, { accept: 'application/json' }, signal);
    if (status !== 200) return undefined;
    const { token, access_token } = parseAnswer(text, url.host) as { token?: string; access_token?: string };
    return token ?? access_token;
  }
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
