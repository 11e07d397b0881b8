import { expect } from 'chai';
import { AwsAccount } from '../support/functions/aws-account.ts';
import { ago, ahead, type Keeper, loadKeeper, rejects } from '../support/functions/keeper.ts';

describe('keeper and API keys', () => {
  let account: AwsAccount;
  let keeper: Keeper;

  beforeEach(async () => {
    account = await AwsAccount.start();
    keeper = await loadKeeper();
  });
  afterEach(() => account.close());

  const stage = { 'mcp-s3:stage': 'dev' };

  it("disables the stage's keys whose time has come, on every page", async () => {
    account.apiKeys.push(
      { id: 'current', enabled: true, tags: stage },
      { id: 'later', enabled: true, tags: { ...stage, 'mcp-s3:expires': ahead(60) } },
      { id: 'untagged', enabled: true },
      { id: 'theirs', enabled: true, tags: { 'mcp-s3:stage': 'prod', 'mcp-s3:expires': ago(60) } },
      { id: 'no-date', enabled: true, tags: { ...stage, 'mcp-s3:expires': 'soon' } },
      { id: 'over', enabled: true, tags: { ...stage, 'mcp-s3:expires': ago(1) } },
      { id: 'gone', enabled: false, tags: { ...stage, 'mcp-s3:expires': ago(1) } },
    );
    await keeper.handler({ action: 'check' });
    expect(account.callsOf('UpdateApiKey').map(({ id }) => id)).to.deep.equal(['over']);
    expect(account.apiKeys.filter(({ enabled }) => !enabled).map(({ id }) => id)).to.deep.equal([
      'over',
      'gone',
    ]);
  });

  it('ends keys also when the service cannot be looked at, and the other way round', async () => {
    account.apiKeys.push({ id: 'over', enabled: true, tags: { ...stage, 'mcp-s3:expires': ago(1) } });
    account.service.gone = true;
    await rejects(keeper.handler({ action: 'check' }), /there is no service mcp-dev/);
    expect(account.apiKeys[0]!.enabled).to.equal(false);

    account.service.gone = false;
    account.refusals.set('GetApiKeys', { status: 403, type: 'AccessDeniedException', message: 'denied' });
    await rejects(keeper.handler({ action: 'check' }), /denied/);
    expect(account.service.desired).to.equal(0);
  });
});
