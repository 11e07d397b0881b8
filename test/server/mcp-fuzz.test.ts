import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { request } from 'undici';
import { type Core, createCore } from '../../server/core.ts';
import { toolList } from '../../server/mcp/tool-list.ts';
import { type AskedOfMcp, perfect, serveMcp } from '../support/mcp-ways.ts';
import { type ArgumentSchema, type MadeArguments, toolArguments } from '../support/tool-arguments.ts';

/** More in the lane `fuzz`, where the seed is another one each time. */
const RUNS = Number(process.env.MCP_S3_TEST_FUZZ_RUNS ?? 0);
const EACH_TOOL = {
  includeErrorInReport: true,
  ...(RUNS > 0 ? { numRuns: RUNS } : { numRuns: 60, seed: 20261124 }),
};

const FILES: Record<string, Buffer> = {
  'a.txt': Buffer.from('one\ntwo "quoted" \u2028 \\ é\nthree\n'),
  'docs/long.md': Buffer.from(`# Title\n\n${'A sentence about harbours. '.repeat(4000)}\nEnd.\n`),
  'docs/utf16.txt': Buffer.from('\ufeffein Hafen\nzwei Häfen\n', 'utf16le'),
  'docs/odd \u2028é{}[]*.txt': Buffer.from('x'),
  'binary.bin': Buffer.from([0x89, 0, 1, 2, 0, 0xff]),
  'empty.txt': Buffer.alloc(0),
  'unpacked.gz': gzipSync('packed'),
};
const MEANINGFUL = {
  file_key: [...Object.keys(FILES), 'missing.txt', 'docs/', 'docs'],
  file_keys: [...Object.keys(FILES), 'missing.txt'],
  prefix: ['', 'docs/', 'd', 'nowhere/'],
  glob: ['*.md', 'docs/**', '**/*.{txt,md}'],
  pattern: ['one', 'harbour', 'h[aä]', '^$', '\\bE', '.'],
  content: ['text\n', 'é日😀', ''],
  model: ['extractive-1'],
};

interface Schemas {
  name: string;
  inputSchema: ArgumentSchema;
  outputSchema?: object;
}
interface Result {
  isError?: true;
  content: { type: string; text: string }[];
  structuredContent?: object;
}
interface Message {
  id: unknown;
  result?: Result;
  error?: { code: number; message: string };
}

/** What only the log may know: frames of a stack, paths of the server, names of resources on AWS. */
const INTERNAL =
  /\n\s+at |\bat \S+ \(|node:|node_modules|file:\/\/|\/server\/|arn:aws|E[A-Z]{4,}:|bug on our side/;

describe('tools with arguments made from their schemas', function () {
  this.timeout(RUNS > 0 ? 3_600_000 : 60_000);
  const tools = toolList({ allowWrites: true });
  let root: string;
  let listed: Schemas[];
  const closing: (() => void)[] = [];
  const failures: string[] = [];

  const logDestination = new Writable({
    write(line, _encoding, done) {
      if (JSON.parse(line).level === 'error') failures.push(String(line));
      done();
    },
  });
  async function core(name: string): Promise<Core> {
    const folder = path.join(root, name);
    for (const [key, bytes] of Object.entries(FILES)) {
      await mkdir(path.dirname(path.join(folder, key)), { recursive: true });
      await writeFile(path.join(folder, key), bytes);
    }
    const made = await createCore({
      storage: { kind: 'folder', folder, bucket: 'bucket' },
      logDestination,
      version: '1',
      allowWrites: true,
    });
    closing.push(() => made.close());
    return made;
  }
  async function ways(quick: Core, library: Core): Promise<{ quick: string; library: string }> {
    const servers = [await serveMcp(quick, tools, true), await serveMcp(library, tools, false)] as const;
    closing.push(...servers.map((server) => server.close));
    return { quick: servers[0].url, library: servers[1].url };
  }
  /** What only looks sees the same files on both sides; what writes has files of its own on each. */
  let looking: Awaited<ReturnType<typeof ways>>;
  let writing: Awaited<ReturnType<typeof ways>>;

  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'mcp-s3-fuzz-'));
    const shared = await core('shared');
    looking = await ways(shared, shared);
    writing = await ways(await core('quick'), await core('library'));
    const { result } = (await ask(looking.library, perfect('stateless', 'tools/list')))
      .message as unknown as {
      result: { tools: Schemas[] };
    };
    listed = result.tools;
  });
  after(async () => {
    for (const close of closing) close();
    await rm(root, { recursive: true, force: true });
  });

  async function ask(url: string, { headers, body }: AskedOfMcp) {
    const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    // The dot stops at U+2028, which ends no line of an event stream.
    const message: Message = JSON.parse(/(?:^|\n)data: ([^\r\n]*)/.exec(text)?.[1] ?? text);
    return { status: answer.statusCode, type: answer.headers['content-type'], message };
  }

  function check(
    { kind, args }: MadeArguments,
    { status, message }: Awaited<ReturnType<typeof ask>>,
    validate: ValidateFunction | undefined,
  ): void {
    expect(message.id).to.equal(7);
    expect(JSON.stringify(message)).to.not.match(INTERNAL).and.not.include(root);
    const { result, error } = message;
    if (error !== undefined) {
      // Only of what is no object of arguments does the protocol say that it is wrong.
      expect(typeof args === 'object' && args !== null && !Array.isArray(args)).to.equal(false);
      expect([error.code, status < 500]).to.deep.equal([-32602, true]);
      return;
    }
    expect(status).to.equal(200);
    const [first] = result!.content;
    if (kind === 'valid') expect(first!.text).to.not.include('invalid arguments');
    if (result!.isError) {
      expect(first!.text).to.match(/\S/);
      return;
    }
    if (validate === undefined) {
      expect(result!.structuredContent).to.equal(undefined);
      return;
    }
    expect(validate(result!.structuredContent), JSON.stringify(validate.errors)).to.equal(true);
    expect(JSON.parse(first!.text)).to.deep.equal(result!.structuredContent);
  }

  /** Versions of files of different folders differ. */
  const comparable = (answer: Awaited<ReturnType<typeof ask>>): string =>
    JSON.stringify(answer).replace(/(\\*"etag\\*":\\*)".*?(?=[,}])/g, '$1');

  for (const { name, slow } of tools) {
    it(`${name} always answers, by its schema, and the quick way as the library does`, async () => {
      const { inputSchema, outputSchema } = listed.find((tool) => tool.name === name)!;
      const validate = outputSchema && new Ajv2020({ strict: false }).compile(outputSchema);
      const urls = name === 'write_file' ? writing : looking;
      let good = 0;
      const generations = fc.constantFrom('session' as const, 'stateless' as const);
      await fc.assert(
        fc.asyncProperty(toolArguments(inputSchema, MEANINGFUL), generations, async (made, generation) => {
          const asked = perfect(generation, 'tools/call', { name, arguments: made.args });
          const [quick, library] = await Promise.all([ask(urls.quick, asked), ask(urls.library, asked)]);
          check(made, quick, validate);
          check(made, library, validate);
          const masked = name === 'write_file' ? comparable : JSON.stringify;
          // The slow ones go to the library either way, and on a slow machine meet their limits at different places.
          if (!slow) expect(masked(quick)).to.equal(masked(library));
          if (quick.message.result && !quick.message.result.isError) good++;
        }),
        EACH_TOOL,
      );
      // Arguments that are all refused would prove little.
      expect(good, 'calls that were no failure').to.be.above(EACH_TOOL.numRuns / 20);
      expect(failures).to.deep.equal([]);
      expect((await readdir(root)).sort()).to.deep.equal(['library', 'quick', 'shared']);
    });
  }
});
