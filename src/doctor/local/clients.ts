import { readFile } from 'node:fs/promises';
import { type ParseError, parse } from 'jsonc-parser';
import { KEY_HEADER, type McpClient } from '../../connect/client.ts';
import { CLIENTS } from '../../connect/client-list.ts';
import { placeOf } from '../../connect/connect.ts';
import { systemReason } from '../../errors.ts';
import type { Diagnosis, Trouble } from '../diagnosis.ts';
import type { LocalPatient } from './local-patient.ts';
import { listens } from './port.ts';

interface Found {
  client: McpClient;
  file: string;
  /** Name of the server in the file. */
  server: string;
  url: URL;
  /** The key as it stands there; undefined where it is a reference or missing. */
  key: string | undefined;
}

/** Configuration files of MCP clients that lead to this machine: whether anybody is there, and lets them in. */
export const clients: Diagnosis<LocalPatient> = {
  id: 'clients',
  title: 'configuration of MCP clients',
  needs: ['keys'],
  async look(patient, signal) {
    const place = placeOf(patient.context);
    const found: Found[] = [];
    for (const client of CLIENTS) {
      const file = client.file?.(place);
      if (file === undefined) continue;
      const read = await serversOf(client, file, written(client, patient));
      if (!Array.isArray(read)) return { state: 'broken', ...read };
      found.push(...read);
    }
    const here = found.filter(({ url }) => /^(127\.|localhost$|\[::1\]$)/.test(url.hostname));
    if (here.length === 0) return { state: 'absent', seen: 'none leads to this machine by HTTP' };
    const troubles: Trouble[] = [];
    for (const each of here) {
      const trouble = await troubleOf(each, patient, signal);
      if (trouble !== undefined) troubles.push(trouble);
    }
    const [first, ...others] = troubles;
    if (first === undefined) {
      return { state: 'good', seen: here.map(({ client }) => client.title).join(', ') };
    }
    return {
      state: 'broken',
      ...first,
      evidence: [...first.evidence, ...others.flatMap(({ says, evidence }) => [says, ...evidence])],
      remedy: [...new Set([first, ...others].flatMap(({ remedy }) => remedy))],
    };
  },
};

async function troubleOf(
  { client, file, server, url, key }: Found,
  patient: LocalPatient,
  signal: AbortSignal,
): Promise<Trouble | undefined> {
  const { place } = patient;
  const evidence = [`${file}: "${server}" has ${url.href}`];
  const again = written(client, patient);
  const dev = (await patient.dev())?.url;
  const at = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  if (!(await listens(url.hostname.replace(/^\[|\]$/g, ''), at, signal))) {
    return {
      cause: 'client-nobody-there',
      says: `${client.title} asks port ${at}, where nothing listens`,
      evidence,
      remedy: dev === undefined ? [`start it: mcp-s3 dev --port ${at} ${place}`, again] : [again],
    };
  }
  // Another bucket's, or a program that has nothing to do with it.
  if (dev === undefined || at !== Number(new URL(dev).port)) {
    return {
      cause: 'client-elsewhere',
      says: `${client.title} asks port ${at}, where another program listens than mcp-s3 dev of this bucket`,
      evidence: [...evidence, `mcp-s3 dev of this bucket: ${dev ?? 'does not run'}`],
      remedy: dev === undefined ? [`start it: mcp-s3 dev ${place}, then ${again}`] : [again],
    };
  }
  if (url.pathname !== '/mcp') {
    return {
      cause: 'client-url',
      says: `${client.title} asks the path ${url.pathname}, and MCP is served on /mcp`,
      evidence,
      remedy: [again],
    };
  }
  const keys = await patient.keys();
  if (key !== undefined && keys !== undefined && !keys.includes(key)) {
    return {
      cause: 'client-key',
      says: `${client.title} has a key that is not, or no longer, let in`,
      evidence,
      remedy: [again],
    };
  }
  return undefined;
}

function written(client: McpClient, { place }: LocalPatient): string {
  return `write it again: mcp-s3 connect ${client.name} --write ${place}`;
}

/** Our servers in a client's file; none where there is no file. */
async function serversOf(client: McpClient, file: string, again: string): Promise<Found[] | Trouble> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) return [];
    return unreadable(client, file, systemReason(error) ?? String(error), again);
  }
  const errors: ParseError[] = [];
  const config = parse(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
  if (text.trim() !== '' && (errors.length > 0 || typeof config !== 'object')) {
    return unreadable(client, file, 'it is no JSON', again);
  }
  return Object.entries((config?.[client.section] ?? {}) as Record<string, unknown>).flatMap(
    ([server, entry]) => {
      const { url, headers } = (entry ?? {}) as { url?: unknown; headers?: Record<string, unknown> };
      if (!/^mcp-s3(-|$)/.test(server) || typeof url !== 'string' || !URL.canParse(url)) return [];
      const value = headers?.[KEY_HEADER];
      const key = typeof value === 'string' && !value.includes('${') ? value : undefined;
      return [{ client, file, server, url: new URL(url), key }];
    },
  );
}

function unreadable(client: McpClient, file: string, why: string, again: string): Trouble {
  return {
    cause: 'client-file',
    says: `${client.title} cannot read its configuration ${file}: ${why}`,
    evidence: [file],
    remedy: ['repair the file, or move it away', `then ${again}`],
  };
}
