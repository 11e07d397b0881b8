import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { credentialsError, failed } from '../errors.ts';
import { connectionError } from '../service/service-error.ts';
import { type ImageReference, isLoopback } from './reference.ts';
import { MANIFEST_TYPES, type Registry, type StoredManifest } from './registry.ts';

/** Redirects of a blob to where it is stored. */
const HOPS = 4;

/** A registry that speaks the distribution protocol ("OCI Distribution Specification"), read without a login. */
export class HttpRegistry implements Registry {
  private readonly at: ImageReference;
  private readonly dispatcher: Dispatcher;
  private token: string | undefined;

  constructor(at: ImageReference, dispatcher: Dispatcher) {
    this.at = at;
    this.dispatcher = dispatcher;
  }

  async manifest(reference: string, signal: AbortSignal): Promise<StoredManifest | undefined> {
    const answer = await this.get(`manifests/${reference}`, MANIFEST_TYPES.join(', '), signal);
    const text = await answer.body.text();
    if (answer.statusCode === 404) return undefined;
    this.mustBeFine(answer);
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    return { digest, body: JSON.parse(text) };
  }

  async blob(digest: string, signal: AbortSignal): Promise<unknown> {
    const answer = await this.get(`blobs/${digest}`, '*/*', signal);
    const text = await answer.body.text();
    this.mustBeFine(answer);
    return JSON.parse(text);
  }

  private mustBeFine({ statusCode }: Dispatcher.ResponseData): void {
    const { registry, repository } = this.at;
    if (statusCode === 200) return;
    if (statusCode === 401 || statusCode === 403) {
      throw credentialsError(`the registry ${registry} does not let everyone read ${repository}`, [
        'tasks could not pull it either: put the image into ECR in this account',
      ]);
    }
    throw failed('registry_failed', `the registry ${registry} answered ${statusCode}`, ['try again']);
  }

  private async get(path: string, accept: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { registry, repository } = this.at;
    const url = new URL(`${isLoopback(registry) ? 'http' : 'https'}://${registry}/v2/${repository}/${path}`);
    const answer = await this.follow(url, accept, signal);
    const challenge = answer.headers['www-authenticate'];
    if (answer.statusCode !== 401 || typeof challenge !== 'string' || this.token !== undefined) return answer;
    const token = await this.anonymousToken(challenge, signal);
    if (token === undefined) return answer;
    await answer.body.dump();
    this.token = token;
    return this.follow(url, accept, signal);
  }

  private async follow(from: URL, accept: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    let url = from;
    for (let hop = 0; ; hop++) {
      // A token is for the registry only, and not for where it keeps its blobs.
      const ownHost = url.host === from.host;
      const headers = {
        accept,
        ...(this.token !== undefined && ownHost ? { authorization: `Bearer ${this.token}` } : {}),
      };
      const answer = await this.request(url, headers, signal);
      const { location } = answer.headers;
      if (![301, 302, 303, 307, 308].includes(answer.statusCode) || hop === HOPS) return answer;
      await answer.body.dump();
      url = new URL(String(location), url);
    }
  }

  /** A public registry gives everyone a token to read with ("Token Authentication Specification"). */
  private async anonymousToken(challenge: string, signal: AbortSignal): Promise<string | undefined> {
    const fields = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    if (!/^bearer /i.test(challenge) || fields.realm === undefined) return undefined;
    const url = new URL(fields.realm);
    if (url.protocol !== 'https:' && !isLoopback(url.host)) return undefined;
    for (const name of ['service', 'scope']) {
      if (fields[name] !== undefined) url.searchParams.set(name, fields[name]);
    }
    const answer = await this.request(url, { accept: 'application/json' }, signal);
    const text = await answer.body.text();
    if (answer.statusCode !== 200) return undefined;
    const { token, access_token } = JSON.parse(text);
    return token ?? access_token;
  }

  private async request(url: URL, headers: Record<string, string>, signal: AbortSignal) {
    try {
      const path = url.pathname + url.search;
      return await this.dispatcher.request({ origin: url.origin, path, method: 'GET', headers, signal });
    } catch (error) {
      throw connectionError(signal.aborted ? signal.reason : error, url.origin);
    }
  }
}
