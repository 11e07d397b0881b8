import { expect } from 'chai';
import { AwsAccount } from '../support/functions/aws-account.ts';
import { ago, loadKeeper, putToSleep, RESUMED } from '../support/functions/keeper.ts';

describe('keepers at the same time', () => {
  let account: AwsAccount;

  beforeEach(async () => {
    account = await AwsAccount.start();
  });
  afterEach(() => account.close());

  const idle = () => account.service.tags.set('mcp-s3:woken-at', ago(20));

  /** Runs `second` in full before the nth call of `first`; not at all when `first` makes fewer. */
  async function interrupted(first: string, second: string, nth: number): Promise<{ calls: number }> {
    let calls = 0;
    let inside = false;
    const other = await loadKeeper();
    for (const action of [...READS, ...WRITES]) {
      account.before.set(action, async () => {
        if (inside || ++calls !== nth) return;
        inside = true;
        await other.handler({ action: second });
        inside = false;
      });
    }
    await (await loadKeeper()).handler({ action: first });
    account.before.clear();
    return { calls };
  }

  const READS = ['DescribeServices', 'DescribeScalableTargets', 'FilterLogEvents', 'DescribeTargetHealth'];
  const WRITES = ['TagResource', 'UntagResource', 'RegisterScalableTarget', 'UpdateService'];

  it('ends awake, whenever a caller wakes a service that is being put to sleep', async () => {
    for (let nth = 1, calls = 1; ; nth++) {
      Object.assign(account.service, { desired: 1 });
      account.service.tags.clear();
      account.bounds = { MinCapacity: 1, MaxCapacity: 4 };
      idle();
      ({ calls } = await interrupted('check', 'wake', nth));
      if (calls < nth) break;
      expect(account.service.desired, `woken before call ${nth} of ${calls}`).to.equal(1);
      expect(account.bounds?.MinCapacity, `woken before call ${nth} of ${calls}`).to.equal(1);
    }
  });

  it('ends awake, whenever a check looks at a service that is being woken', async () => {
    for (let nth = 1, calls = 1; ; nth++) {
      account.service.tags.clear();
      putToSleep(account);
      idle();
      ({ calls } = await interrupted('wake', 'check', nth));
      if (calls < nth) break;
      expect(account.service.desired, `checked before call ${nth} of ${calls}`).to.equal(1);
      expect(account.bounds?.SuspendedState, `checked before call ${nth} of ${calls}`).to.deep.equal(RESUMED);
    }
  });
});
