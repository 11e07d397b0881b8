import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';

describe('key and outputs', () => {
  let home: CliHome;
  const run = (...args: string[]) => runCli([...args, '--local'], { home });
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

  beforeEach(async () => {
    home = await createCliHome();
  });
  afterEach(() => removeCliHome(home));

  it('show the key that is there from the start, the same each time and everywhere', async () => {
    const first = await run('key', 'show');
    expect(first).to.include({ code: 0, stderr: '' });
    expect(first.stdout).to.match(/^[A-Za-z0-9]{20,}\n$/);
    expect((await run('key', 'show')).stdout).to.equal(first.stdout);
    expect((await run('outputs', 'api_key')).stdout).to.equal(first.stdout);
    expect(await json('key', 'show')).to.include({ name: 'default', value: first.stdout.trim() });
  });

  it('show a value nowhere but where it was asked for', async () => {
    const value = (await run('key', 'show')).stdout.trim();
    for (const args of [['key', 'list'], ['outputs'], ['status'], ['key', 'create', 'ann']]) {
      const text = await run(...args);
      const asJson = await run(...(args[1] === 'create' ? ['key', 'create', 'ben'] : args), '--json');
      expect(text.code, text.stderr).to.equal(0);
      for (const output of [text.stdout, text.stderr, asJson.stdout]) expect(output).not.to.include(value);
    }
    const ann = (await run('key', 'show', 'ann')).stdout.trim();
    expect((await run('key', 'list')).stdout)
      .to.match(/^ann /m)
      .and.not.to.include(ann);
  });

  it('make a key, say how to see it, and refuse a second of the name', async () => {
    const made = await run('key', 'create', 'ann');
    expect(made).to.include({ code: 0, stdout: 'Made the key ann.\n' });
    expect(made.stderr).to.include('mcp-s3 key show ann --local');
    const again = await run('key', 'create', 'ann');
    expect(again.code).to.equal(1);
    expect(again.stderr).to.include('there is a key named ann already');
    expect((await run('key', 'create', 'Ann Smith')).code).to.equal(2);
  });

  it('rotate with and without a time of grace', async () => {
    const old = (await run('key', 'show')).stdout;
    const rotated = await run('key', 'rotate', '--grace', '1h30m');
    expect(rotated.stderr).to.include('The old one is accepted until');
    expect((await run('key', 'show')).stdout).not.to.equal(old);
    const [key] = (await json('key', 'list')).keys;
    expect(Date.parse(key.previous_until) - Date.parse(key.created_at)).to.be.within(5_400_000, 5_401_000);
    expect((await run('key', 'rotate', '--grace', '0s')).stderr).to.include('not accepted any more');
    expect((await json('key', 'list')).keys[0]).not.to.have.property('previous_until');
    expect(await run('key', 'rotate', '--grace', 'long')).to.include({ code: 2, stdout: '' });
  });

  it('revoke a key, but not the default one, and no unknown one', async () => {
    await run('key', 'create', 'ann');
    expect(await json('key', 'revoke', 'ann')).to.deep.equal({ revoked: 'ann' });
    const gone = await run('key', 'show', 'ann');
    expect(gone.code).to.equal(1);
    expect(gone.stderr).to.include('no key named "ann"');
    expect((await run('key', 'revoke', 'default')).code).to.equal(2);
  });

  it('fit 40 columns', async () => {
    await run('key', 'create', 'a-name-of-forty-characters-0123456789-xx');
    const { text } = await runInTerminal(['key', 'list', '--local'], { home, columns: 40 });
    for (const line of text.split('\n')) expect(line.length).to.be.at.most(40);
    expect(text).to.include('…');
    expect((await run('key', 'list')).stdout).to.include('a-name-of-forty-characters-0123456789-xx');
  });

  it('print one raw value, and refuse an unknown name with the list', async () => {
    const outputs = await json('outputs');
    expect(outputs).to.include({ stage: 'dev' }).and.not.to.have.property('api_key');
    expect((await run('outputs', 's3_bucket_name')).stdout).to.equal(`${outputs.s3_bucket_name}\n`);
    expect(await json('outputs', 'stage')).to.deep.equal({ stage: 'dev' });
    const wrong = await run('outputs', 's3_buket_name');
    expect(wrong).to.include({ code: 2, stdout: '' });
    expect(wrong.stderr).to.include('did you mean s3_bucket_name?').and.to.include('api_key');
  });
});
