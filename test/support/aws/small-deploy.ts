import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { CliContext } from '../../../src/context.ts';
import type { DeployParts, DeployRequest } from '../../../src/deploy/deploy-context.ts';
import type { DeployPlan } from '../../../src/deploy/deploy-plan.ts';
import { type Deployed, deployStage } from '../../../src/deploy/deploy-stage.ts';
import type { DeployView } from '../../../src/deploy/deploy-view.ts';
import { createIo } from '../../../src/io.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import type { Template } from '../../../src/stack/compose/compose.ts';
import { readWishes } from '../../../src/stack/wishes.ts';
import { setEnvironment } from '../environment.ts';
import { type Emulator, type Keys, REGION } from './emulator.ts';

const IMAGE = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/mcp-dev@sha256:${'a'.repeat(64)}`;

const BOOTSTRAP: Template = {
  Parameters: { Stage: { Type: 'String' } },
  Resources: {
    ArtifactsBucket: { Type: 'AWS::S3::Bucket' },
    Repository: {
      Type: 'AWS::ECR::Repository',
      Properties: { RepositoryName: { 'Fn::Join': ['-', ['mcp', { Ref: 'Stage' }]] } },
    },
  },
  Outputs: {
    ArtifactsBucketName: { Value: { Ref: 'ArtifactsBucket' } },
    RepositoryName: { Value: { Ref: 'Repository' } },
    RepositoryUri: { Value: { 'Fn::GetAtt': ['Repository', 'RepositoryUri'] } },
  },
};

type Resources = Record<string, { Type: string; [name: string]: unknown }>;

/** What stands for the app in tests that are about the way of a deployment and not about what is deployed. */
export const SMALL: Resources = {
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Metadata: { 'mcp-s3': { Description: 'Holds the files' } },
  },
  Topic: {
    Type: 'AWS::SNS::Topic',
    Metadata: { 'mcp-s3': { Description: 'Carries alarms' } },
    Properties: {
      DisplayName: {
        'Fn::Join': [' to ', [{ Ref: 'MinTasks' }, { Ref: 'MaxTasks' }, { Ref: 'SleepAfterMinutes' }]],
      },
    },
  },
};

export function smallTemplate(resources: Resources = SMALL, padding = ''): Template {
  const names = ['Stage', 'Version', 'ImageUri', 'ZoneA', 'ZoneB', 'S3PrefixListId', 'ModelId', 'ModelArns'];
  const parameters = {
    MinTasks: '1',
    MaxTasks: '4',
    Email: '',
    CpuArchitecture: 'ARM64',
    SleepAfterMinutes: '0',
  };
  return {
    Metadata: { padding },
    Parameters: {
      ...Object.fromEntries(names.map((name) => [name, { Type: 'String' }])),
      ...Object.fromEntries(
        Object.entries(parameters).map(([name, Default]) => [name, { Type: 'String', Default }]),
      ),
    },
    Resources: resources,
    Outputs: {
      S3BucketName: { Value: { Ref: 'Bucket' } },
      Version: { Value: { Ref: 'Version' } },
      KeeperFunctionName: { Value: 'keeper' },
    },
  };
}

/** What a deployment told. */
export interface Told {
  lines: string[];
  plans: DeployPlan[];
}

export interface DeployOptions {
  template?: Template;
  bootstrap?: Template;
  flags?: Record<string, string | boolean>;
  resets?: string[];
  request?: Partial<DeployRequest>;
  keys?: Keys;
  /** Answer to the question; absent: nobody can be asked. */
  answer?: 'yes' | 'no';
  parts?: Partial<DeployParts>;
  patienceMs?: number;
  signal?: AbortSignal;
  stage?: string;
  version?: string;
  onStep?: (line: string) => void;
}

/** A service that stands where the API would be. */
export interface FakeService {
  url: string;
  /** Its next answers to /health, before it is healthy again. */
  ill: { status: number; body: string }[];
  /** What it says its version is. */
  version: string;
  close(): Promise<void>;
}

/** @param key the one that it lets in; undefined: any */
export async function startFakeService(key?: string): Promise<FakeService> {
  const server = createServer((request, response) => {
    const send = (status: number, body: object | string) =>
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    const { url = '', headers } = request;
    const given = headers['x-api-key'];
    if (given === undefined || (key !== undefined && given !== key))
      return send(403, { message: 'Forbidden' });
    const ill = url === '/v1/health' ? service.ill.shift() : undefined;
    if (ill !== undefined) return send(ill.status, ill.body);
    if (url === '/v1/health') return send(200, { status: 'healthy' });
    if (url === '/v1/openapi.json') return send(200, { info: { version: service.version } });
    if (url.startsWith('/v1/files')) return send(200, { files: [] });
    return send(404, { message: 'Not Found' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const service: FakeService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    ill: [],
    version: '1.0.0',
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}

/** Deploys a small stage in this process, and writes down what it tells. */
export async function deploySmall(
  emulator: Emulator,
  service: FakeService,
  options: DeployOptions = {},
): Promise<Deployed & Told> {
  const told: Told = { lines: [], plans: [] };
  const result = await deployTelling(emulator, service, options, told);
  return { ...result, ...told };
}

/** The same, where what is told is wanted although it fails. */
export async function deployTelling(
  emulator: Emulator,
  service: FakeService,
  options: DeployOptions,
  told: Told,
): Promise<Deployed> {
  const { stage = 'dev', version = '1.0.0', keys, signal = new AbortController().signal } = options;
  const env = emulator.env(keys);
  service.version = version;
  const stream = new PassThrough();
  const context: CliContext = {
    io: createIo({ stdin: new PassThrough(), stdout: stream, stderr: stream, env, json: false }),
    env,
    cwd: '/',
    version,
    now: Date.now,
    signal,
  };
  const settings: Settings = { stage, kind: 'aws', region: REGION, file: {} };
  const request: DeployRequest = {
    wishes: readWishes(options.flags ?? {}, {}, options.resets ?? []),
    dryRun: false,
    yes: false,
    allowDowngrade: false,
    verify: false,
    ...options.request,
  };
  // The SDK finds them where the process does.
  const restore = setEnvironment(env);
  try {
    const { patienceMs } = options;
    const parts: DeployParts = {
      ...smallParts(service, options),
      ...options.parts,
      ...(patienceMs === undefined ? {} : { patienceMs }),
    };
    return await deployStage(settings, context, request, recorder(told, options), parts);
  } finally {
    restore();
  }
}

function smallParts(service: FakeService, options: DeployOptions): DeployParts {
  return {
    templates: async () => ({
      app: async () => composed(options.template ?? smallTemplate()),
      bootstrap: composed(options.bootstrap ?? BOOTSTRAP),
    }),
    // They are about what the product deploys.
    judge: async () => [],
    image: async () => ({
      title: 'image of the test',
      find: async () => ({ uri: IMAGE }),
      make: async () => ({ uri: IMAGE }),
    }),
    keeper: () => async () => ({ state: 'awake' }),
    apiKey: async () => 'key',
    apiUrl: () => service.url,
    walk: async () => [],
    estimate: async () => undefined,
  };
}

const composed = (template: Template) => ({ template, body: JSON.stringify(template) });

function recorder({ lines, plans }: Told, { answer, onStep }: DeployOptions): DeployView {
  const add = (line: string) => {
    lines.push(line);
    onStep?.(line);
  };
  return {
    place: ({ stage, account, region }) => add(`place ${stage} ${account} ${region}`),
    step: (title) => add(`step ${title}`),
    note: (text) => add(`note ${text}`),
    warn: (text) => add(`warn ${text}`),
    repair: ({ kind, stack }) => add(`repair ${kind} ${stack.status}`),
    plan: async (plan) => {
      add('plan');
      plans.push(plan);
    },
    ask: async () => {
      add('ask');
      return answer ?? 'unasked';
    },
    stack({ title }) {
      add(`stack ${title}`);
      return {
        step: ({ state, verb, logicalId }) => add(`${state} ${verb} ${logicalId}`),
        lost: ({ message }) => add(`lost ${message}`),
        task: ({ reason }) => add(`task ${reason}`),
        end: async () => {},
      };
    },
    evidence: async (evidence) => {
      for (const { reason } of evidence) add(`evidence ${reason}`);
    },
    tried: (checks) => {
      for (const { name, state } of checks) add(`tried ${name} ${state}`);
    },
  };
}
