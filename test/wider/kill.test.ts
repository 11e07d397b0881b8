import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Agent, request } from 'undici';
import { startBuiltServer } from '../support/built-server.ts';
import { type CliHome, createCliHome, removeCliHome, runCli, startCli } from '../support/cli.ts';

/**
 * kill -9 in the middle of writes. What was acknowledged is there, what was not is there whole or as it was before,
 * and nothing else is to be seen.
 */
const SERVER_KILLS = 100;
const UPLOAD_KILLS = 30;
const WRITERS = 6;
const KEYS = 3;

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
/** Temporary files; the folder itself goes with the last of them. */
const leftBehind = (bucket: string): Promise<string[]> =>
  readdir(path.join(bucket, '.mcp-s3/tmp')).catch(() => []);
const shown = async (bucket: string): Promise<string[]> =>
  (await readdir(bucket)).filter((name) => name !== '.mcp-s3').sort();

describe('kill -9 in the middle of writes', function () {
  this.timeout(600_000);
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  describe('of the server', () => {
    let bucket: string;
    /** By key the digests of what may be there; `absent` where nothing need be. */
    const allowed = new Map<string, Set<string>>();

    before(async () => {
      bucket = await mkdtemp(path.join(tmpdir(), 'mcp-s3-kill-'));
    });
    after(() => rm(bucket, { recursive: true, force: true }));

    const start = () => startBuiltServer({ MCP_S3_FOLDER: bucket, MCP_S3_ALLOW_WRITES: 'true' });
    /** @returns whether the write was acknowledged */
    async function write(url: string, dispatcher: Agent, key: string, content: string): Promise<boolean> {
      const params = { name: 'write_file', arguments: { file_key: key, content, overwrite: true } };
      const answer = await request(`${url}/mcp`, {
        dispatcher,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      });
      const text = await answer.body.text();
      expect(text, 'an answer before the kill').to.include('"etag"');
      return true;
    }

    /** Writes until the server is gone. */
    async function writer(url: string, dispatcher: Agent, folder: string, acknowledged: () => void) {
      for (let i = 0; ; i++) {
        const key = `${folder}-${i % KEYS}.txt`;
        const content = `${randomBytes(8).toString('hex')}\n`.repeat(5000 + 1000 * (i % 5));
        const digest = sha256(content);
        const before = allowed.get(key) ?? new Set(['absent']);
        allowed.set(key, new Set([...before, digest]));
        const done = await write(url, dispatcher, key, content).catch((error) => {
          if (error.name === 'AssertionError') throw error;
          return false;
        });
        if (!done) return;
        allowed.set(key, new Set([digest]));
        acknowledged();
      }
    }

    it(`loses nothing acknowledged and shows nothing half-written, ${SERVER_KILLS} times`, async () => {
      let acknowledged = 0;
      let killedInWrite = 0;
      for (let round = 0; round < SERVER_KILLS; round++) {
        const server = await start();
        const dispatcher = new Agent();
        let began = () => {};
        const first = new Promise<void>((resolve) => (began = resolve));
        const writers = Array.from({ length: WRITERS }, (_, i) =>
          writer(server.url, dispatcher, `w${i}`, () => {
            acknowledged++;
            began();
          }),
        );
        await Promise.race([first, Promise.all(writers)]);
        await sleep((round * 7) % 60);
        server.kill('SIGKILL');
        expect(await server.ended).to.equal('SIGKILL');
        await Promise.all(writers);
        await dispatcher.destroy();

        if ((await leftBehind(bucket)).some((name) => name.includes(`-${server.pid}-`))) killedInWrite++;
        for (const [key, digests] of allowed) {
          const there = await readFile(path.join(bucket, key)).then(sha256, () => 'absent');
          expect(digests.has(there), `${key} in round ${round}`).to.equal(true);
          // From now on it is what it is.
          allowed.set(key, new Set([there]));
        }
        const names = [...allowed].filter(([, digests]) => !digests.has('absent')).map(([key]) => key);
        expect(await shown(bucket)).to.deep.equal(names.sort());
      }
      // Kills between writes would prove nothing.
      expect(killedInWrite).to.be.above(SERVER_KILLS / 4);
      expect(acknowledged).to.be.above(SERVER_KILLS);

      const server = await start();
      const dispatcher = new Agent();
      expect(await write(server.url, dispatcher, 'last.txt', 'The last one.\n')).to.equal(true);
      expect(await leftBehind(bucket)).to.deep.equal([]);
      server.kill('SIGKILL');
      await server.ended;
      await dispatcher.destroy();
    });
  });

  describe('of upload', () => {
    let home: CliHome;
    let bucket: string;
    let source: string;
    before(async () => {
      home = await createCliHome();
      bucket = path.join(home.root, 'bucket');
      source = path.join(home.cwd, 'notes');
      await mkdir(bucket);
      await mkdir(source);
    });
    after(() => removeCliHome(home));

    const NAMES = Array.from({ length: 6 }, (_, i) => `f${i}.bin`);
    /** New content for all files. @returns its digests, by name */
    async function renew(): Promise<Map<string, string>> {
      const digests = new Map<string, string>();
      for (const [i, name] of NAMES.entries()) {
        const content = randomBytes((i + 1) * 1_000_000);
        await writeFile(path.join(source, name), content);
        digests.set(name, sha256(content));
      }
      return digests;
    }
    const digestsIn = async (folder: string): Promise<Map<string, string>> => {
      const names = await readdir(folder).catch(() => []);
      const digest = async (name: string) => [name, sha256(await readFile(path.join(folder, name)))] as const;
      return new Map(await Promise.all(names.map(digest)));
    };
    const args = () => ['upload', 'notes', '--local', '--folder', bucket];

    it(`leaves each file as it was or whole, ${UPLOAD_KILLS} times, and the next upload works`, async () => {
      let killedInWrite = 0;
      let old = new Map<string, string>();
      for (let round = 0; round < UPLOAD_KILLS; round++) {
        const fresh = await renew();
        const { child, ended } = startCli(args(), { home });
        let running = true;
        void ended.then(() => (running = false));
        // Of other processes some may be left.
        while (running && !(await leftBehind(bucket)).some((name) => name.includes(`-${child.pid}-`)))
          await sleep(1);
        await sleep((round * 3) % 40);
        child.kill('SIGKILL');
        const { code } = await ended;

        const there = await digestsIn(path.join(bucket, 'notes'));
        for (const [name, digest] of there) {
          expect([old.get(name), fresh.get(name)], `${name} in round ${round}`).to.include(digest);
        }
        for (const name of old.keys()) expect(there.has(name), `${name} in round ${round}`).to.equal(true);
        if (code === 0) expect(there).to.deep.equal(fresh);
        else if ((await leftBehind(bucket)).length > 0) killedInWrite++;
        expect(await shown(bucket)).to.deep.equal(there.size > 0 ? ['notes'] : await shown(bucket));
        old = there;
        if (round % 10 !== 9) continue;
        const again = await runCli(args(), { home });
        expect(again.code, again.stderr).to.equal(0);
        expect(await leftBehind(bucket)).to.deep.equal([]);
        old = await digestsIn(path.join(bucket, 'notes'));
        expect(old).to.deep.equal(fresh);
      }
      expect(killedInWrite).to.be.above(UPLOAD_KILLS / 4);
    });
  });
});
