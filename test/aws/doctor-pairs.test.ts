import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import type { Break } from '../support/doctor/break.ts';
import {
  CONTAINER_NAME,
  IMAGE_MISSING,
  IMAGE_PLATFORM,
  IMAGE_URI,
} from '../support/doctor/breaks-of-image.ts';
import { CLOSED_TO_TASKS } from '../support/doctor/breaks-of-network.ts';
import { CAPACITY, PENDING, PULL, ROLE, UNHEALTHY } from '../support/doctor/breaks-of-tasks.ts';
import { RULE_DISABLED } from '../support/doctor/breaks-of-uploads.ts';
import { findings, type PairVerdict, pairsTable, recorded } from '../support/doctor/matrix.ts';
import { SickStage } from '../support/doctor/sick-stage.ts';

/** The seven failures that are found without a console, those of tasks and images in all their kinds. */
const SEVEN: Break[] = [
  CLOSED_TO_TASKS,
  UNHEALTHY,
  PENDING,
  PULL,
  CAPACITY,
  ROLE,
  RULE_DISABLED,
  IMAGE_PLATFORM,
  CONTAINER_NAME,
  IMAGE_MISSING,
  IMAGE_URI,
];

/** What cannot both be so: a thing of which there is one. */
const ONE_OF: Break[][] = [
  [UNHEALTHY, PENDING, PULL, CAPACITY, ROLE],
  [IMAGE_PLATFORM, IMAGE_MISSING, IMAGE_URI],
];

describe('doctor, where two things are broken', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let sick: SickStage;
  const pairs: PairVerdict[] = [];
  before(async () => {
    emulator = await startEmulator();
    sick = await SickStage.create(emulator);
  });
  after(() => emulator?.close());

  /** Undone as the remedies do it, whatever the last look said. */
  async function heal(...broken: Break[]): Promise<void> {
    for (const each of broken) {
      if (each === CLOSED_TO_TASKS) {
        const { TaskSecurityGroup, AlbSecurityGroup } = sick.stage.ids;
        await sick.runLine(
          `aws ec2 authorize-security-group-ingress --group-id ${TaskSecurityGroup} --ip-permissions 'IpProtocol=tcp,FromPort=8080,ToPort=8080,UserIdGroupPairs=[{GroupId=${AlbSecurityGroup}}]'`,
        );
      } else if (each === RULE_DISABLED) {
        await sick.runLine(`aws events enable-rule --name ${sick.stage.outputs.UploadRuleName}`);
      } else {
        await each.lift?.(sick);
      }
    }
    sick.behind.heal();
  }

  SEVEN.forEach((first, index) => {
    for (const second of SEVEN.slice(index + 1)) {
      if (ONE_OF.some((kind) => kind.includes(first) && kind.includes(second))) continue;
      it(`finds ${first.cause} and ${second.cause}, or the one before the other`, async () => {
        try {
          await first.make(sick);
          await second.make(sick);
          const results = await sick.look();
          const found = findings(results);
          const causes = found.map(({ cause }) => cause);
          expect(causes).to.have.length.within(1, 2);
          for (const { cause } of found) expect([first.cause, second.cause]).to.include(cause);
          if (found.length === 2) {
            expect(causes).to.have.members([first.cause, second.cause]);
            pairs.push({ first: first.cause, second: second.cause, verdict: 'both are found' });
            return;
          }
          const [named, other] = causes[0] === first.cause ? [first, second] : [second, first];
          const behind = results.find(({ id }) => id === other.check)!;
          expect(behind.state, `${other.cause} is behind ${named.cause}`).to.equal('not_reached');
          if (behind.state === 'not_reached') expect(behind.because).to.equal(named.check);
          const verdict = `\`${named.cause}\` is found, and ${other.check} not reached`;
          pairs.push({ first: first.cause, second: second.cause, verdict });
        } finally {
          await heal(first, second);
        }
      });
    }
  });

  it('finds nothing once all is put right', async () => {
    expect(findings(await sick.look())).to.deep.equal([]);
  });

  it('is described in docs/doctor.md as it is', async () => {
    const unlike = (SEVEN.length * (SEVEN.length - 1)) / 2 - 10 - 3;
    expect(pairs).to.have.lengthOf(unlike);
    const made = pairsTable(pairs);
    expect(await recorded('pairs', made)).to.equal(made);
  });
});
