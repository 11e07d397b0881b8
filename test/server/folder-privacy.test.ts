import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFolderStore } from '../../server/files/folder-store.ts';
import type { FileStore } from '../../server/files/store.ts';
import { all, failure, listAll } from '../support/store-probes.ts';

describe('the folder store keeps to itself', () => {
  let outside: string;
  let folder: string;
  let store: FileStore;

  beforeEach(async () => {
    outside = await mkdtemp(join(tmpdir(), 'mcp-s3-private-'));
    folder = join(outside, 'notes');
    await mkdir(folder);
    store = await createFolderStore({ folder });
  });

  afterEach(() => rm(outside, { recursive: true }));

  const text = async (key: string) => (await all((await store.read(key)).body)).toString();

  describe('hidden files', () => {
    beforeEach(async () => {
      await mkdir(join(folder, '.git'));
      await writeFile(join(folder, '.git/config'), 'x');
      await writeFile(join(folder, '.env'), 'SECRET=1');
      await mkdir(join(folder, 'd/.cache'), { recursive: true });
      await writeFile(join(folder, 'd/.cache/x'), 'x');
      await writeFile(join(folder, 'd/y'), 'y');
    });

    it('are not served', async () => {
      expect((await listAll(store)).keys).to.deep.equal(['d/y']);
      expect((await listAll(store, { prefix: '.git/' })).keys).to.deep.equal([]);
      expect((await listAll(store, { prefix: 'd/.cache/' })).keys).to.deep.equal([]);
      expect((await listAll(store, { delimiter: '/' })).prefixes).to.deep.equal(['d/']);
      for (const key of ['.env', '.git/config', 'd/.cache/x']) {
        expect(await failure(store.read(key))).to.equal('not_found');
        expect(await failure(store.head(key))).to.equal('not_found');
        expect(await failure(store.put(key, Buffer.from('2')))).to.equal('bad_request');
        expect(await failure(store.delete(key))).to.equal('bad_request');
      }
      const message = await store.put('.env', Buffer.from('2')).catch((error) => error.message);
      expect(message).to.contain('--hidden');
      expect(await readFile(join(folder, '.env'), 'utf8')).to.equal('SECRET=1');
    });

    it('are served when asked for, but never what is ours', async () => {
      const open = await createFolderStore({ folder, hidden: true });
      await open.put('odd//', Buffer.from('z'));
      const keys = ['.env', '.git/config', 'd/.cache/x', 'd/y', 'odd//'];
      expect((await listAll(open)).keys).to.deep.equal(keys);
      expect((await listAll(open, { prefix: '.m' })).keys).to.deep.equal([]);
      expect((await listAll(open, { delimiter: '/' })).prefixes).to.deep.equal(['.git/', 'd/', 'odd/']);
    });
  });

  describe('links', () => {
    beforeEach(async () => {
      await mkdir(join(outside, 'private'));
      await writeFile(join(outside, 'private/secret'), 'secret');
      await writeFile(join(folder, 'real'), 'real');
      await symlink(join(outside, 'private/secret'), join(folder, 'file-link'));
      await symlink(join(outside, 'private'), join(folder, 'folder-link'));
      await symlink('real', join(folder, 'inner-link'));
    });

    it('are never followed, wherever they lead', async () => {
      expect((await listAll(store)).keys).to.deep.equal(['real']);
      expect((await listAll(store, { prefix: 'folder-link/' })).keys).to.deep.equal([]);
      for (const key of ['file-link', 'folder-link/secret', 'inner-link', 'folder-link']) {
        expect(await failure(store.read(key)), key).to.equal('not_found');
        expect(await failure(store.head(key)), key).to.equal('not_found');
        await store.delete(key);
      }
      expect(await readdir(folder)).to.have.members(['real', 'file-link', 'folder-link', 'inner-link']);
    });

    it('stay as they are when their keys are written', async () => {
      for (const key of [
        'file-link',
        'folder-link/secret',
        'folder-link/new',
        'folder-link/deep/new',
        'inner-link',
      ]) {
        await store.put(key, Buffer.from(`put ${key}`));
        expect(await text(key)).to.equal(`put ${key}`);
      }
      expect(await readdir(join(outside, 'private'))).to.deep.equal(['secret']);
      expect(await readFile(join(outside, 'private/secret'), 'utf8')).to.equal('secret');
      expect(await readFile(join(folder, 'real'), 'utf8')).to.equal('real');
    });

    it('are not followed for our own folder either', async () => {
      await symlink(join(outside, 'private'), join(folder, '.mcp-s3'));
      expect(await failure(store.put('odd//', Buffer.from('1')))).to.equal('storage_failed');
      expect(await readdir(join(outside, 'private'))).to.deep.equal(['secret']);
    });

    it('are not followed when one takes the place of a folder at the wrong moment', async function () {
      if (process.platform !== 'linux') this.skip(); // Elsewhere there is no such promise: see directory.ts.
      await mkdir(join(folder, 'd'));
      await writeFile(join(folder, 'd/secret'), 'inside');
      // A put may make the folder anew in the moment when it is away: then that one is cleared.
      const swap = `const fs = require('node:fs'); process.chdir(process.argv[1]); process.stdout.write('!');
        for (;;) {
          try { fs.renameSync('d', 'kept'); fs.symlinkSync(process.argv[2], 'd'); fs.unlinkSync('d'); fs.renameSync('kept', 'd'); }
          catch { try { fs.rmSync('d', { recursive: true, force: true }); fs.renameSync('kept', 'd'); } catch {} }
        }`;
      const child = spawn(process.execPath, ['-e', swap, folder, join(outside, 'private')]);
      try {
        await new Promise((resolve) => child.stdout.once('data', resolve));
        const seen = new Set<string>();
        for (let i = 0; i < 150; i++) {
          seen.add(await text('d/secret').catch((error) => error.code));
          const listed = await store.list({ prefix: 'd/' });
          for (const file of listed.files) if (file.key === 'd/secret') expect(file.size).to.equal(6);
          // It may fail, with the folder away; what counts is where it writes.
          if (i % 10 === 0) await store.put(`d/new-${i}`, Buffer.from('x')).catch(() => {});
        }
        expect([...seen].filter((one) => one !== 'inside' && one !== 'not_found')).to.deep.equal([]);
      } finally {
        const closed = new Promise((resolve) => child.once('close', resolve));
        expect(child.kill('SIGKILL')).to.equal(true);
        await closed;
      }
      expect(await readdir(join(outside, 'private'))).to.deep.equal(['secret']);
    });
  });
});
