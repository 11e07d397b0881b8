import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { looks, MODEL, QUESTION, setUpAsking, use } from '../support/asking.ts';
import { type Answer, refusal, throttled } from '../support/bedrock-server/server.ts';
import { runCli } from '../support/cli.ts';
import { startProfilesServer } from '../support/inference-profiles-server.ts';

describe('ask, where something is in the way', () => {
  const asking = setUpAsking();

  describe('limits', () => {
    it('says in the answer that the steps were used up, and exits 1', async () => {
      asking.bedrock.answer(({ user }) =>
        /no tool can be called any more/.test(user)
          ? { text: 'I could not look at all of it.' }
          : looks(use('read_file', { file_key: 'pension.md' })),
      );
      const { code, stdout, stderr } = await asking.ask('--max-steps', '3');
      expect(code, stderr).to.equal(1);
      expect(asking.bedrock.requests).to.have.length(3);
      expect(stdout).to.match(
        /^I could not look at all of it\.\n\n\[Incomplete: the limit of steps.*--max-steps/,
      );
      expect(stdout).to.match(/Sources:\n {2}pension\.md, lines 1-2\n$/);
    });

    it('ends where the model does not heed the last step', async () => {
      asking.bedrock.answer(() => looks(use('list_files', {})));
      const { code, stdout } = await asking.ask('--max-steps', '2', '--json');
      expect(code).to.equal(1);
      expect(JSON.parse(stdout)).to.include({ answer: '', complete: false, stopped_by: 'steps', steps: 2 });
      expect(asking.bedrock.requests).to.have.length(2);
    });

    it('keeps the tokens of all calls within the budget', async () => {
      asking.bedrock.answer(({ user }) =>
        /no tool can be called any more/.test(user)
          ? { text: 'That is all.', usage: { inputTokens: 4000, outputTokens: 20 } }
          : {
              ...looks(use('read_file', { file_key: 'ferry.log' })),
              usage: { inputTokens: 4000, outputTokens: 50 },
            },
      );
      const { code, stdout } = await asking.ask('--max-tokens', '20000', '--json');
      const result = JSON.parse(stdout);
      expect(code).to.equal(1);
      expect(result).to.include({ complete: false, stopped_by: 'tokens', answer: 'That is all.' });
      expect(result.usage.input_tokens + result.usage.output_tokens).to.be.within(8000, 20_000);
    });

    it('refuses a budget that holds no answer', async () => {
      const { code, stderr } = await asking.ask('--max-tokens', '1000');
      expect(code).to.equal(2);
      expect(stderr).to.match(/--max-tokens is too small/);
      expect(asking.bedrock.requests).to.have.length(0);
    });

    it('marks an answer that was cut off', async () => {
      asking.bedrock.next({ text: 'The ferryman and', stopReason: 'max_tokens' });
      const { code, stdout } = await asking.ask();
      expect(code).to.equal(1);
      expect(stdout).to.match(/^The ferryman and\n\n\[Incomplete: the answer was cut off/);
    });
  });
  describe('failures of the model', () => {
    const failures: [string, Answer, number, RegExp][] = [
      [
        'no access',
        refusal('AccessDeniedException', 403, "You don't have access to the model."),
        3,
        /no access to the model eu\.example/,
      ],
      [
        'a missing permission',
        refusal(
          'AccessDeniedException',
          403,
          'User x is not authorized to perform: bedrock:InvokeModelWithResponseStream',
        ),
        3,
        /→ allow bedrock:InvokeModelWithResponseStream/,
      ],
      [
        'a model that needs a profile',
        refusal(
          'ValidationException',
          400,
          "Invocation of model ID x with on-demand throughput isn't supported.",
        ),
        2,
        /→ use an inference profile: --model global\./,
      ],
      [
        'an unknown model',
        refusal('ValidationException', 400, 'The provided model identifier is invalid.'),
        2,
        /knows no model eu\.example/,
      ],
      [
        'a retired model',
        refusal('ResourceNotFoundException', 404, 'This model version has reached its end of life.'),
        2,
        /end of life/,
      ],
      [
        'a model without tools',
        refusal('ValidationException', 400, "This model doesn't support tool use."),
        2,
        /cannot call tools/,
      ],
      [
        'expired credentials',
        refusal('ExpiredTokenException', 403, 'The security token is expired'),
        3,
        /expired[\s\S]*aws sso login/,
      ],
      [
        'unknown credentials',
        refusal('UnrecognizedClientException', 403, 'The security token is invalid'),
        3,
        /does not accept/,
      ],
      ['a declined question', { text: 'no', stopReason: 'content_filtered' }, 1, /declined/],
      ['a guardrail', { text: 'no', stopReason: 'guardrail_intervened' }, 1, /guardrail/],
      ['silence', { text: '' }, 1, /without an answer/],
    ];
    for (const [name, answer, exit, words] of failures) {
      it(`explains ${name}`, async () => {
        asking.bedrock.answer(answer);
        const { code, stdout, stderr } = await asking.ask();
        expect(stderr).to.match(words);
        expect(code).to.equal(exit);
        expect(stdout).to.equal('');
      });
    }

    it('waits out throttling, a failure in the middle and a cut stream', async () => {
      asking.bedrock.next(
        throttled(),
        { text: 'The ferry', after: { pieces: 1, exception: 'modelStreamErrorException' } },
        { text: 'The ferry', after: { pieces: 1, cut: true } },
        { text: 'The ferryman.' },
      );
      const { code, stdout, stderr } = await asking.ask();
      expect(code, stderr).to.equal(0);
      expect(stdout).to.equal('The ferryman.\n');
    });

    it('prints nothing of a reply that never gets whole', async () => {
      asking.bedrock.answer({ text: 'The ferryman kept', after: { pieces: 2, end: true } });
      const { code, stdout, stderr } = await asking.ask();
      expect(code).to.equal(1);
      expect(stdout).to.equal('');
      expect(stderr).to.match(/ended before it was complete/);
    });

    it('does without streaming where a model calls tools only so', async () => {
      asking.bedrock.answer(({ streaming, body }) =>
        streaming
          ? refusal('ValidationException', 400, "This model doesn't support tool use in streaming mode.")
          : body.messages.length === 1
            ? looks(use('read_file', { file_key: 'pension.md' }))
            : { text: 'The ferryman.' },
      );
      const { code, stdout, stderr } = await asking.ask();
      expect(code, stderr).to.equal(0);
      expect(stdout).to.equal('The ferryman.\n\nSources:\n  pension.md, lines 1-2\n');
      expect(asking.bedrock.requests.map(({ streaming }) => streaming)).to.deep.equal([true, false, false]);
    });
  });
  describe('credentials and models', () => {
    it('names the command for an SSO login', async () => {
      await mkdir(join(asking.home.env.HOME!, '.aws'), { recursive: true });
      await writeFile(
        join(asking.home.env.HOME!, '.aws/config'),
        '[profile work]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\nregion = eu-central-1\n' +
          '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n',
      );
      asking.env = { MCP_S3_MODEL: MODEL, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: asking.bedrock.url };
      const { code, stderr } = await asking.ask('--profile', 'work');
      expect(code).to.equal(3);
      expect(stderr).to.match(/→ run: aws sso login --profile work\n/);
    });

    it('says so where there are no credentials, or no region', async () => {
      asking.env = { MCP_S3_MODEL: MODEL, AWS_REGION: 'eu-central-1' };
      const none = await asking.ask();
      expect(none.code).to.equal(3);
      expect(none.stderr).to.match(/there are no AWS credentials/);
      asking.env = { MCP_S3_MODEL: MODEL };
      const nowhere = await asking.ask('--json');
      expect(nowhere.code).to.equal(2);
      expect(JSON.parse(nowhere.stdout).error.message).to.match(/no AWS region is set/);
    });

    it('looks the default up, the profile of the part of the world before the global one', async () => {
      const profiles = await startProfilesServer([
        { id: 'eu.amazon.nova-lite-v1:0', models: ['amazon.nova-lite-v1:0'] },
        { id: 'global.amazon.nova-2-lite-v1:0', models: ['amazon.nova-2-lite-v1:0'] },
        { id: 'xx.amazon.nova-2-lite-v1:0', models: ['amazon.nova-2-lite-v1:0'], status: 'LEGACY' },
        { id: 'eu.amazon.nova-2-lite-v1:0', models: ['amazon.nova-2-lite-v1:0'] },
      ]);
      try {
        asking.bedrock.next({ text: 'The ferryman.' });
        asking.env = { ...asking.env, MCP_S3_MODEL: 'extractive-1', AWS_ENDPOINT_URL_BEDROCK: profiles.url };
        const { code, stderr } = await asking.ask();
        expect(code, stderr).to.equal(0);
        expect(stderr).to.match(/Asking eu\.amazon\.nova-2-lite-v1:0 \(Nova 2 Lite, the default\)/);
        expect(asking.bedrock.requests[0]!.modelId).to.equal('eu.amazon.nova-2-lite-v1:0');
        expect(profiles.asked).to.have.length(2);
      } finally {
        await profiles.close();
      }
    });

    it('asks the model that --model names, also by ARN', async () => {
      const arn = 'arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/abc123';
      asking.bedrock.next({ text: 'The ferryman.' });
      expect((await asking.ask('--model', arn)).code).to.equal(0);
      expect(asking.bedrock.requests[0]!.modelId).to.equal(arn);
      expect((await asking.ask('--model', 'extractive-1')).code).to.equal(2);
    });

    it('takes the model of mcp-s3.json', async () => {
      const cwd = join(asking.home.root, 'configured');
      await mkdir(join(cwd, 'notes'), { recursive: true });
      await writeFile(join(cwd, 'mcp-s3.json'), JSON.stringify({ stages: { dev: { model: 'us.other' } } }));
      asking.bedrock.next({ text: 'Nobody.' });
      const { MCP_S3_MODEL: _, ...rest } = asking.env;
      const { code, stderr } = await runCli(['ask', QUESTION, '--folder', 'notes'], {
        home: asking.home,
        env: rest,
        cwd,
      });
      expect(code, stderr).to.equal(0);
      expect(asking.bedrock.requests[0]!.modelId).to.equal('us.other');
    });
  });
});
