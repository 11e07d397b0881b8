import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Result } from '../../src/doctor/diagnosis.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { refusal } from '../support/aws/fault.ts';
import { runCli } from '../support/cli.ts';
import type { Break } from '../support/doctor/break.ts';
import { BREAKS_BESIDE } from '../support/doctor/breaks-beside.ts';
import { BREAKS_OF_ENTRY, KEY_DELETED } from '../support/doctor/breaks-of-entry.ts';
import { BREAKS_OF_NETWORK } from '../support/doctor/breaks-of-network.ts';
import { BREAKS_OF_TASKS } from '../support/doctor/breaks-of-tasks.ts';
import {
  BREAKS_OF_UPLOADS,
  UPLOAD_FUNCTION_DELETED,
  UPLOAD_QUEUE_DELETED,
} from '../support/doctor/breaks-of-uploads.ts';
import { causesTable, findings, REPAIRED, recorded, type Verdict } from '../support/doctor/matrix.ts';
import { SickStage } from '../support/doctor/sick-stage.ts';

const BREAKS: Break[] = [
  ...BREAKS_OF_ENTRY,
  ...BREAKS_OF_NETWORK,
  ...BREAKS_OF_TASKS,
  ...BREAKS_OF_UPLOADS,
  ...BREAKS_BESIDE,
];

/** These take the stage further; in the end all are put right together. */
const FOR_GOOD: Break[] = [KEY_DELETED, UPLOAD_FUNCTION_DELETED, UPLOAD_QUEUE_DELETED];

describe('doctor', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let sick: SickStage;
  const verdicts: Verdict[] = [];
  const remedies = new Set<string>();
  before(async () => {
    emulator = await startEmulator();
    sick = await SickStage.create(emulator);
  });
  afterEach(() => sick?.heal());
  after(() => emulator?.close());

  async function expectGreen(): Promise<void> {
    const results = await sick.look();
    expect(findings(results)).to.deep.equal([]);
    expect(results.filter(({ state }) => state === 'not_reached')).to.deep.equal([]);
  }

  const wanted = ({ check, state, cause }: Break) => ({ check, state: state ?? 'broken', cause });

  async function expectFound(made: Break, before: Break[] = []): Promise<Result> {
    const results = await sick.look();
    expect(findings(results)).to.deep.equal([...before, made].map(wanted));
    const found = results.find(({ id }) => id === made.check)!;
    if (found.state !== 'broken' && found.state !== 'notice') throw new Error('a finding has a remedy');
    expect(found.remedy.length, 'remedies').to.be.above(0);
    expect(found.evidence.length, 'evidence').to.be.above(0);
    for (const remedy of found.remedy) remedies.add(remedy);
    const notReached = results.flatMap((result) =>
      result.state === 'not_reached' && result.because === made.check ? [result.id] : [],
    );
    verdicts.push({ made, title: found.title, notReached, repaired: '-' });
    return found;
  }

  /** The last AWS command line among the remedies: one before it only looks. */
  function printedLine(result: Result): string {
    const lines = 'remedy' in result ? result.remedy : [];
    const line = lines
      .map((each) => /\baws [a-z0-9]+ .*$/.exec(each)?.[0])
      .filter(Boolean)
      .at(-1);
    if (line === undefined) throw new Error(`no AWS command line in: ${lines.join('; ')}`);
    return line;
  }

  it('finds nothing on a stage that is well', expectGreen);

  it('finds nothing while a deployment replaces tasks', async () => {
    sick.behind.service = { rollout: 'IN_PROGRESS', deployed: 60, running: 2, desired: 1, events: [] };
    sick.behind.targets = [{ state: 'healthy' }, { state: 'draining' }, { state: 'initial' }];
    sick.behind.ended = [
      { reason: 'Scaling activity initiated by (deployment ecs-svc/123)', exitCode: 143, old: true },
    ];
    await expectGreen();
  });

  it('finds nothing where tasks of the version before failed', async () => {
    sick.behind.service = { deployed: 60, events: [] };
    const old = { reason: 'Essential container in task exited', exitCode: 1, old: true };
    sick.behind.ended = [old, old];
    await expectGreen();
  });

  it('finds nothing once the service has got over its failures', async () => {
    const end = { reason: 'Essential container in task exited', exitCode: 1, ago: 300 };
    sick.behind.ended = [end, end, end];
    await expectGreen();
  });

  it('finds nothing where Spot capacity went and came', async () => {
    sick.behind.service = { events: [] };
    const end = { reason: 'Your Spot Task was interrupted.', ago: 100 };
    sick.behind.ended = [end, end];
    await expectGreen();
  });

  for (const made of BREAKS) {
    it(`finds ${made.cause}: ${made.how}`, async () => {
      const ways = made.repair === 'both' ? (['line', 'fix'] as const) : [made.repair];
      const words = [];
      for (const way of ways) {
        await made.make(sick);
        const found = await expectFound(made);
        if (way === 'line') {
          await sick.runLine(printedLine(found));
          words.push(REPAIRED.line);
          await expectGreen();
          await made.lift?.(sick);
        } else if (way === 'fix') {
          const { fixed } = await sick.fix();
          expect(fixed).to.have.lengthOf(1);
          expect(fixed[0]).not.to.have.property('failed');
          words.push(REPAIRED.fix);
        } else {
          await made.lift?.(sick);
          words.push(REPAIRED.lifted);
        }
        sick.heal();
        await expectGreen();
        if (way !== ways.at(-1)) verdicts.pop();
      }
      verdicts.at(-1)!.repaired = words.join('; ');
    });
  }

  for (const cause of ['stack-stuck', 'half-deployed', 'half-destroyed', 'rolled-back']) {
    it(`says of ${cause} what failed first`, async () => {
      await BREAKS.find((made) => made.cause === cause)!.make(sick);
      const found = (await sick.look()).find(({ id }) => id === 'stack')!;
      const { evidence } = found as Extract<Result, { evidence: string[] }>;
      expect(evidence).to.include('Service (AWS::ECS::Service): the tasks did not become steady');
      sick.behind.answer('cloudformation:DescribeStackEvents', (call) => refusal(call, 'deny'));
      expect(JSON.stringify(await sick.look())).to.include('may not do cloudformation:DescribeStackEvents');
    });
  }

  it('says that a stage is not deployed, and which ones are', async () => {
    const results = await sick.look({ stage: 'prod' });
    expect(findings(results)).to.deep.equal([{ check: 'stack', state: 'broken', cause: 'not-deployed' }]);
    expect(JSON.stringify(results)).to.include('stages in eu-central-1: dev');
  });

  it('finds several things that were deleted for good, each in its place', async () => {
    await KEY_DELETED.make(sick);
    await expectFound(KEY_DELETED);
    await UPLOAD_FUNCTION_DELETED.make(sick);
    await expectFound(UPLOAD_FUNCTION_DELETED, [KEY_DELETED]);
    // Behind the queue the function is not reached.
    await UPLOAD_QUEUE_DELETED.make(sick);
    await expectFound(UPLOAD_QUEUE_DELETED, [KEY_DELETED]);
  });

  it('finds nothing once new parts are made as it says: a key by rotation, those of uploads by their setting', async () => {
    for (const value of ['off', 'on']) await sick.setParameter('Presummarize', value);
    const { code, stderr } = await runCli(['key', 'rotate', '--grace', '0s'], { env: emulator.env() });
    expect(code, stderr).to.equal(0);
    await expectGreen();
    for (const { made, ...verdict } of verdicts.splice(-FOR_GOOD.length)) {
      const repaired = made === KEY_DELETED ? '`mcp-s3 key rotate`' : 'the setting was turned off and on';
      verdicts.push({ ...verdict, made, repaired });
    }
  });

  it('was answered nothing that AWS does not answer', async () => {
    expect(sick.behind.answers.count).to.be.above(100);
    expect(await sick.behind.answers.faults()).to.deep.equal([]);
  });

  it('names only commands and flags that there are', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'),
    );
    const lines = [...remedies].flatMap((remedy) => remedy.match(/mcp-s3 [a-z]+( [^,;]*)?/g) ?? []);
    expect(lines.length).to.be.above(10);
    for (const line of lines) {
      const [, command, next, ...rest] = line.split(/\s+/);
      const known = manifest.commands[`${command}:${next}`] ?? manifest.commands[command!];
      expect(known, line).not.to.equal(undefined);
      for (const word of [next, ...rest]) {
        const [, flag] = /^--([a-z-]+)/.exec(word ?? '') ?? [];
        if (flag !== undefined) expect(known.flags, line).to.have.property(flag);
      }
    }
  });

  it('is described in docs/doctor.md as it is', async () => {
    expect(verdicts.map(({ made }) => made)).to.deep.equal([...BREAKS, ...FOR_GOOD]);
    const made = causesTable(verdicts);
    expect(await recorded('causes', made)).to.equal(made);
  });
});
