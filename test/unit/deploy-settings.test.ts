import { expect } from 'chai';
import type { CliError } from '../../src/errors.ts';
import { DEFAULTS } from '../../src/stack/deploy-settings.ts';
import { plannedParameters, resolveParameters } from '../../src/stack/parameters.ts';
import { shownSettings } from '../../src/stack/shown-settings.ts';
import { checkTogether, readWishes } from '../../src/stack/wishes.ts';

const read = (flags: Record<string, unknown>, file = {}, resets: string[] = []) =>
  Object.fromEntries([...readWishes(flags, file, resets)].map(([name, { value }]) => [name, value]));

describe('what deploy is asked for', () => {
  const right: [string, unknown, Record<string, string>][] = [
    ['email', 'ops@example.com', { Email: 'ops@example.com' }],
    ['platform', 'linux/amd64', { CpuArchitecture: 'X86_64' }],
    ['ha', true, { HighAvailability: 'true' }],
    ['ha', false, { HighAvailability: 'false' }],
    ['spot-percent', '70', { SpotPercent: '70', OnDemandPercent: '30' }],
    ['sleep-after', '15m', { SleepAfterMinutes: '15' }],
    ['sleep-after', '1h30m', { SleepAfterMinutes: '90' }],
    ['sleep-after', 'off', { SleepAfterMinutes: '0' }],
    ['rate-limit', '0.5', { RateLimit: '0.5' }],
    ['max-tasks', '007', { MaxTasks: '7' }],
    ['prefixes', 'docs/, reports/,docs/', { Prefixes: 'docs/,reports/' }],
    ['cors-origin', 'https://App.example.com:443/', { CorsOrigin: 'https://app.example.com' }],
    ['cors-origin', '*', { CorsOrigin: '*' }],
    ['model', 'eu.amazon.nova-2-lite-v1:0', { ModelId: 'eu.amazon.nova-2-lite-v1:0' }],
    ['model', 'extractive-1', { ModelId: 'extractive-1' }],
    ['allowed-models', 'a.b-v1:0, c.d', { AllowedModels: 'a.b-v1:0,c.d' }],
    [
      'schedule',
      'mon-fri 07:00-19:30 Europe/Berlin',
      {
        ScheduleUp: 'cron(0 7 ? * MON,TUE,WED,THU,FRI *)',
        ScheduleDown: 'cron(30 19 ? * MON,TUE,WED,THU,FRI *)',
        ScheduleTimezone: 'Europe/Berlin',
      },
    ],
    ['schedule', 'off', { ScheduleUp: '', ScheduleDown: '', ScheduleTimezone: '' }],
  ];
  for (const [flag, value, expected] of right) {
    it(`takes --${flag} ${value}`, () => expect(read({ [flag]: value })).to.deep.equal(expected));
  }

  const IMAGE = 'such as 123456789012.dkr.ecr.eu-central-1.amazonaws.com/mcp-s3:1.2.3';
  const wrong: [string, unknown, string, RegExp?][] = [
    ['email', 'ops', '--email "ops" is no e-mail address', /ops@example\.com/],
    ['email', 'a@b', '--email "a@b" is no e-mail address'],
    ['email', 'a@b.c d.de', '--email "a@b.c d.de" is no e-mail address'],
    ['email', 'a..b@example.com', '--email "a..b@example.com" is no e-mail address'],
    ['email', 'a@x.de,b@x.de', '--email "a@x.de,b@x.de" is no e-mail address', /mailing list/],
    ['email', '', '--email "" is no e-mail address', /--reset email/],
    ['min-tasks', '0', '--min-tasks "0" is no whole number from 1 to 100', /--sleep-after/],
    ['max-tasks', '1.5', '--max-tasks "1.5" is no whole number from 1 to 100'],
    ['max-tasks', 'many', '--max-tasks "many" is no whole number from 1 to 100'],
    ['max-tasks', '-1', '--max-tasks "-1" is no whole number from 1 to 100'],
    ['spot-percent', '101', '--spot-percent "101" is no whole number from 0 to 100'],
    ['spot-percent', '50%', '--spot-percent "50%" is no whole number from 0 to 100'],
    ['rate-limit', '0', '--rate-limit "0" is no number from 0.1 to 10000', /always a limit/],
    ['quota', '0', '--quota "0" is no whole number from 1 to 100000000', /always a quota/],
    [
      'presummarize-limit',
      '0',
      '--presummarize-limit "0" is no whole number from 1 to 1000000',
      /--presummarize off/,
    ],
    ['sleep-after', '1m', '--sleep-after 1m is not from 5m to 7d, in whole minutes'],
    ['sleep-after', '90s', '--sleep-after 90s is not from 5m to 7d, in whole minutes'],
    ['sleep-after', 'soon', '--sleep-after "soon" is no duration'],
    ['prefixes', '/docs', '--prefixes: "/docs" begins with a slash, as no key does: leave it out'],
    ['prefixes', '.mcp-s3/summaries', '--prefixes: ".mcp-s3/summaries" is the server\'s own and never shown'],
    ['prefixes', ' , ', '--prefixes names no prefix', /--reset prefixes/],
    ['cors-origin', 'app.example.com', '--cors-origin "app.example.com" is no origin: it is no URL'],
    [
      'cors-origin',
      'https://a.example/x',
      '--cors-origin "https://a.example/x" is no origin: it goes on behind the host',
    ],
    [
      'cors-origin',
      'ftp://a.example',
      '--cors-origin "ftp://a.example" is no origin: it is neither http nor https',
    ],
    ['image-uri', 'https://x.test/a:1', '--image-uri "https://x.test/a:1" is no image: leave out the scheme'],
    [
      'image-uri',
      'mcp-s3:latest',
      '--image-uri "mcp-s3:latest" is no image with its registry',
      new RegExp(IMAGE),
    ],
    ['image-uri', 'x.test/a@sha256:12', '--image-uri "x.test/a@sha256:12" is no image with its registry'],
    ['image-uri', 'x.test/a/b', '--image-uri "x.test/a/b" names no image: a tag or a digest is missing'],
    ['model', 'nova lite', '--model "nova lite" is no id of a model', /extractive-1/],
    ['allowed-models', ',', '--allowed-models names no model', /--reset allowed-models/],
    ['memory', '100', '--memory "100" is no whole number from 512 to 30720'],
    ['cpu', '300', '--cpu "300" is none of 256, 512, 1024, 2048, 4096'],
    ['network', 'public', '--network "public" is none of private, public-egress'],
  ];
  for (const [flag, value, message, hint] of wrong) {
    it(`refuses --${flag} ${JSON.stringify(value)}`, () => {
      const error = refusal(() => read({ [flag]: value }));
      expect(error).to.include({ message, exitCode: 2 });
      if (hint !== undefined) expect(error.suggestions.join('\n')).to.match(hint);
    });
  }

  it('reads mcp-s3.json below the flags, and names the field that is wrong', () => {
    expect(read({ 'max-tasks': '8' }, { maxTasks: 6, minTasks: 2 })).to.deep.equal({
      MaxTasks: '8',
      MinTasks: '2',
    });
    expect(read({}, { prefixes: ['a/', 'b/'] })).to.deep.equal({ Prefixes: 'a/,b/' });
    expect(refusal(() => read({}, { email: 'nobody' })).message).to.equal(
      'mcp-s3.json, "email" "nobody" is no e-mail address',
    );
  });

  it('puts a setting back, unless something else speaks for it', () => {
    expect(read({}, {}, ['email', 'schedule'])).to.deep.equal({
      Email: '',
      ScheduleUp: '',
      ScheduleDown: '',
      ScheduleTimezone: '',
    });
    const unknown = refusal(() => read({}, {}, ['min-task']));
    expect(unknown.message).to.equal('--reset "min-task" is no setting');
    expect(unknown.suggestions[0]).to.equal('did you mean --reset min-tasks?');
    expect(refusal(() => read({ email: 'a@b.de' }, {}, ['email'])).message).to.include(
      'contradict each other',
    );
    expect(refusal(() => read({}, { email: 'a@b.de' }, ['email'])).message).to.include(
      'mcp-s3.json sets "email"',
    );
  });

  const together: [Record<string, string>, string][] = [
    [{ MinTasks: '5', MaxTasks: '4' }, '--min-tasks 5 is above --max-tasks 4'],
    [{ OnDemandBase: '5', MaxTasks: '4' }, '--on-demand-base 5 is above --max-tasks 4'],
    [{ TaskCpu: '1024', TaskMemory: '1024' }, 'Fargate has no task with --cpu 1024 and --memory 1024'],
    [{ TaskCpu: '256', TaskMemory: '1536' }, 'Fargate has no task with --cpu 256 and --memory 1536'],
    [{ TaskCpu: '512', TaskMemory: '1500' }, 'Fargate has no task with --cpu 512 and --memory 1500'],
  ];
  for (const [values, message] of together) {
    it(`refuses ${JSON.stringify(values)} together`, () => {
      expect(refusal(() => checkTogether({ ...DEFAULTS, ...values })).message).to.equal(message);
    });
  }

  it('sees what contradicts itself before any account is looked at', () => {
    const both = refusal(() => read({ 'min-tasks': '5', 'max-tasks': '4' }));
    expect(both.message).to.equal('--min-tasks 5 is above --max-tasks 4');
    const size = refusal(() => read({ cpu: '256', memory: '4096' }));
    expect(size.message).to.equal('Fargate has no task with --cpu 256 and --memory 4096');
    expect(read({ 'min-tasks': '9' })).to.deep.equal({ MinTasks: '9' });
  });

  it('takes the sizes of Fargate and the defaults', () => {
    checkTogether(DEFAULTS);
    for (const [TaskCpu, TaskMemory] of [
      ['256', '512'],
      ['1024', '8192'],
      ['4096', '30720'],
    ] as const) {
      checkTogether({ ...DEFAULTS, TaskCpu, TaskMemory });
    }
  });
});

describe('parameters of the stack', () => {
  const known = new Map<string, string | undefined>([
    ['Stage', undefined],
    ['MinTasks', '1'],
    ['MaxTasks', '4'],
    ['KeySlots', 'a'],
  ]);
  const wishes = (given: Record<string, string>) =>
    new Map(Object.entries(given).map(([name, value]) => [name, { value, from: '--flag' }]));

  it('leaves defaults to the template and hands over what is asked for', () => {
    const { values, effective, changes } = resolveParameters({
      known,
      deployed: undefined,
      wishes: wishes({ MaxTasks: '6', MinTasks: '1' }),
      facts: { Stage: 'dev' },
    });
    expect(effective).to.deep.equal({ Stage: 'dev', MinTasks: '1', MaxTasks: '6', KeySlots: 'a' });
    expect(values).to.deep.equal([
      { name: 'Stage', value: 'dev' },
      { name: 'MinTasks', value: '1' },
      { name: 'MaxTasks', value: '6' },
    ]);
    expect(changes.map(({ parameter, to, why }) => [parameter, to, why])).to.deep.equal([
      ['Stage', 'dev', 'looked up'],
      ['MaxTasks', '6', '--flag'],
    ]);
  });

  it('keeps deployed values, so that a change made meanwhile is not undone, and forgets parameters that are gone', () => {
    const { values, changes } = resolveParameters({
      known,
      deployed: { Stage: 'dev', MinTasks: '2', MaxTasks: '6', KeySlots: 'ab', Gone: 'x' },
      wishes: wishes({ MaxTasks: '6', MinTasks: '3' }),
      facts: { Stage: 'dev' },
    });
    expect(values).to.deep.equal([
      { name: 'Stage', keep: true },
      { name: 'MinTasks', value: '3' },
      { name: 'MaxTasks', keep: true },
      { name: 'KeySlots', keep: true },
    ]);
    expect(changes).to.deep.equal([
      { parameter: 'MinTasks', flag: 'min-tasks', from: '2', to: '3', why: '--flag' },
    ]);
  });

  it('plans with what is asked for, over what is deployed, over the defaults', () => {
    const planned = plannedParameters({ MinTasks: '2', MaxTasks: '6' }, wishes({ MinTasks: '3' }));
    expect(planned).to.include({ MinTasks: '3', MaxTasks: '6', TaskCpu: '512' });
  });

  it('are shown as the flags that set them', () => {
    const shown = shownSettings({
      CpuArchitecture: 'X86_64',
      SleepAfterMinutes: '15',
      HighAvailability: 'true',
    });
    expect(shown).to.include({
      platform: 'linux/amd64',
      'sleep-after': '15m',
      ha: 'on',
      schedule: 'off',
      'allow-writes': 'off',
      'max-tasks': '4',
    });
  });
});

function refusal(work: () => unknown): CliError {
  try {
    work();
  } catch (error) {
    return error as CliError;
  }
  return expect.fail('it was taken');
}
