import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

describe('cost where there is no bill', () => {
  let home: CliHome;
  beforeEach(async () => {
    home = await createCliHome();
  });
  afterEach(() => removeCliHome(home));

  const wrong: [string[], number, RegExp][] = [
    [['--local'], 2, /the target is local: nothing costs anything there/],
    [['--folder', '.'], 2, /nothing costs anything/],
    [['--endpoint', 'http://127.0.0.1:9'], 3, /cost needs more than a URL and a key/],
    [['--days', '0'], 2, /too small: it is at least 1/],
    [['--days', '456'], 2, /too large: it is at most 455/],
    [['--days', 'week'], 2, /no whole number/],
    [['--region', 'us-east-1'], 3, /credentials/],
  ];
  for (const [args, exit, message] of wrong) {
    it(`cost ${args.join(' ')} exits ${exit}, as text and as JSON`, async () => {
      const text = await runCli(['cost', ...args], { home });
      expect(text.code, text.stderr).to.equal(exit);
      expect(text.stderr).to.match(message);
      expect(text.stdout).to.equal('');
      const json = await runCli(['cost', ...args, '--json'], { home });
      expect(json.code, json.stdout).to.equal(exit);
      expect(JSON.parse(json.stdout).error.message).to.match(message);
      expect(json.stderr).to.equal('');
    });
  }
});
