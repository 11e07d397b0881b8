import { chmod, readFile, stat } from 'node:fs/promises';
import { expect } from 'chai';
import { LOCAL_BREAKS } from '../support/doctor/local-breaks.ts';
import { LocalMachine } from '../support/doctor/local-machine.ts';
import { localTable, REPAIRED, recorded } from '../support/doctor/matrix.ts';

describe('doctor --local', function () {
  this.timeout(60_000);
  let machine: LocalMachine;
  const rows: string[][] = [];
  beforeEach(async () => {
    machine = await LocalMachine.create();
  });
  afterEach(() => machine.remove());

  it('finds nothing on a machine where nothing was done yet, and makes nothing', async () => {
    await machine.setPort(0);
    const { code, broken } = await machine.look();
    expect(broken).to.deep.equal([]);
    expect(code).to.equal(0);
    expect(await stat(machine.home.stateFolder).catch(({ code: reason }) => reason)).to.equal('ENOENT');
  });

  it('finds nothing where dev runs and a client is connected', async () => {
    const url = await machine.startDev();
    await machine.connect();
    const { broken, of } = await machine.look();
    expect(broken).to.deep.equal([]);
    expect(of('dev')).to.include({ state: 'good' });
    expect(JSON.stringify(of('dev'))).to.include(url);
    expect(of('clients')).to.deep.include({ state: 'good', seen: 'Amazon Q Developer' });
  });

  for (const made of LOCAL_BREAKS) {
    it(`finds ${made.cause}: ${made.how}`, async function () {
      if (process.platform === 'win32' && made.cause === 'state-folder-open') this.skip();
      for (const way of made.repair) {
        await made.make(machine);
        const { code, broken } = await machine.look();
        expect(broken.map(({ id, cause }) => [id, cause])).to.deep.equal([[made.check, made.cause]]);
        expect(code).to.equal(1);
        const [{ remedy, evidence, title }] = broken as [(typeof broken)[number]];
        expect(evidence.length).to.be.above(0);
        await made.lift?.(machine);
        if (way === 'line') await machine.runPrinted(remedy.at(-1)!);
        if (way === 'fix') expect((await machine.look('--fix')).fixed).to.have.lengthOf(1);
        const after = await machine.look();
        expect(after.broken).to.deep.equal([]);
        expect(after.code).to.equal(0);
        if (way !== made.repair[0]) continue;
        const words = made.repair.map((each) => REPAIRED[each]).join('; ');
        rows.push([`\`${made.cause}\``, title, made.how, words]);
      }
    });
  }

  it('shows no key, not even of a client that has a wrong one', async () => {
    await machine.startDev();
    await machine.connect();
    const { value } = JSON.parse((await machine.run('key', 'show', '--local', '--json')).stdout);
    expect(await readFile(machine.clientFile, 'utf8')).to.include(value);
    const wrong = 'w'.repeat(40);
    await machine.changeClient((text) => text.replace(value, wrong));
    expect(JSON.stringify(await machine.look()))
      .not.to.include(value)
      .and.not.include(wrong);
  });

  it('leaves a folder that was closed as it is with --fix', async () => {
    await machine.startDev();
    await machine.stopDev();
    await machine.setPort(0);
    await chmod(machine.home.stateFolder, 0o700);
    expect((await machine.look('--fix')).fixed).to.deep.equal([]);
  });

  it('is described in docs/doctor.md as it is', async function () {
    if (process.platform === 'win32') this.skip();
    const made = localTable(rows);
    expect(await recorded('local', made)).to.equal(made);
  });
});
