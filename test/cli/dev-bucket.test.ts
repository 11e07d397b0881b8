import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type CliHome,
  createCliHome,
  type RunningCli,
  removeCliHome,
  runCli,
  startCli,
} from '../support/cli.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { type S3Server, startS3Server } from '../support/s3-server/server.ts';

describe('dev --bucket', () => {
  let home: CliHome;
  let s3: S3Server;
  let running: RunningCli | undefined;

  beforeEach(async () => {
    home = await createCliHome();
    s3 = await startS3Server('my-bucket');
    await writeFile(join(home.cwd, 'a.txt'), 'text');
    await writeFile(
      join(home.root, 'credentials'),
      '[work]\naws_access_key_id = of-work\naws_secret_access_key = x\n',
    );
    await writeFile(join(home.root, 'config'), '[profile work]\nregion = eu-south-2\n');
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await s3.close();
    await removeCliHome(home);
  });
  const files = () => ({
    AWS_SHARED_CREDENTIALS_FILE: join(home.root, 'credentials'),
    AWS_CONFIG_FILE: join(home.root, 'config'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const start = async (args: string[], env: Record<string, string>) => {
    running = startCli(['dev', '--bucket', 'my-bucket', '--port', '0', '--json', ...args], { home, env });
    await running.waitFor('stdout', /\{.*"listening".*\}\n/);
  };
  /** As whom and for which region the bucket was asked. */
  const scopes = () =>
    new Set(
      s3.requests.map(({ headers }) =>
        headers.authorization!.replace(/^.*?=(.*?)\/\d+\/(.*?)\/.*$/, '$1 $2'),
      ),
    );

  it('reads the bucket as the profile and in the region that are named, through the proxy', async () => {
    const proxy = await startConnectProxy(() => s3.endpoint);
    try {
      const env = { ...files(), HTTP_PROXY: proxy.url };
      const named = ['--endpoint-url', 'http://s3.invalid', '--profile', 'work', '--region', 'eu-west-3'];
      await start(named, env);
      const upload = await runCli(['upload', 'a.txt', '--local'], { home, env });
      expect(upload, upload.stderr).to.include({ code: 0, stdout: 'a.txt\n' });
      const listed = await runCli(['files', '--local'], { home, env });
      expect(listed, listed.stderr).to.include({ code: 0, stdout: 'a.txt\n' });
      expect(new Set(proxy.asked)).to.deep.equal(new Set(['s3.invalid:80']));
      expect(scopes()).to.deep.equal(new Set(['of-work eu-west-3']));
    } finally {
      await proxy.close();
    }
  });

  it('looks for the region in the profile, and says that there is none', async () => {
    // An endpoint of one's own takes any region; AWS itself does not.
    const proxy = await startConnectProxy(() => s3.endpoint);
    try {
      await start([], { ...files(), AWS_PROFILE: 'work', HTTPS_PROXY: proxy.url });
      await runCli(['files', '--local'], { home });
      expect(proxy.asked[0]).to.equal('my-bucket.s3.eu-south-2.amazonaws.com:443');
      await running!.stop();
      await writeFile(join(home.root, 'config'), '[profile work]\noutput = json\n');
      await start([], { ...files(), AWS_PROFILE: 'work' });
      const nowhere = await runCli(['files', '--local'], { home });
      expect(nowhere.code).to.equal(1);
      expect(nowhere.stderr).to.include('cannot list the bucket: there is no region: set AWS_REGION');
    } finally {
      await proxy.close();
    }
  });
});
