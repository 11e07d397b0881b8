import { expect } from 'chai';
import type { ResourceChange } from '../../src/aws/cloudformation-changes.ts';
import type { DeployPlan } from '../../src/deploy/deploy-plan.ts';
import { renderPlan } from '../../src/render/deploy-plan.ts';
import { renderParts } from '../../src/render/resource-parts.ts';
import { createStyle } from '../../src/render/style.ts';
import { readFragments } from '../../src/stack/compose/sources.ts';
import { type ChangePlan, dataRisks, planChanges } from '../../src/stack/planned-change.ts';

const change = (given: Partial<ResourceChange>): ResourceChange => ({
  action: 'modify',
  logicalId: 'Thing',
  type: 'AWS::SQS::Queue',
  replacement: 'no',
  causes: [],
  ...given,
});
const plan = (...changes: Partial<ResourceChange>[]) =>
  planChanges(changes.map(change), new Map([['Bucket', 'Holds the files']]));

describe('changes in plain words', () => {
  it('count what only gets the new version as a tag', () => {
    const tags = { causes: [{ attribute: 'Tags' }, { attribute: 'Tags', source: 'Automatic' }] };
    expect(plan(tags, { ...tags, logicalId: 'Other' })).to.deep.equal({ changes: [], retagged: 2 });
    expect(plan({ ...tags, replacement: 'yes' }).changes).to.have.lengthOf(1);
  });

  it('name property and parameter once', () => {
    const { changes } = plan({
      causes: [
        { attribute: 'Tags' },
        { attribute: 'Properties', property: 'Cpu' },
        { attribute: 'Properties', property: 'Cpu', entity: 'TaskCpu' },
        { attribute: 'Properties', property: 'Role', entity: 'TaskRole.Arn' },
      ],
    });
    expect(changes[0]!.causes).to.deep.equal(['Cpu (TaskCpu)', 'Role (TaskRole)']);
    expect(changes[0]).to.include({ title: 'SQS Queue', action: 'change' });
  });

  it('tell apart what only refers to something that changes and stays', () => {
    const reference = (entity: string) => ({
      replacement: 'maybe' as const,
      causes: [{ attribute: 'Properties', property: 'SourceArn', entity, source: 'ResourceAttribute' }],
    });
    const followers = (...given: Partial<ResourceChange>[]) =>
      plan(...given).changes.flatMap(({ logicalId, follows }) => (follows ? [logicalId] : []));
    const Keeper = {
      logicalId: 'Keeper',
      causes: [
        {
          attribute: 'Properties',
          property: 'Environment',
          entity: 'MaxTasks',
          source: 'ParameterReference',
        },
      ],
    };
    const Rule = { logicalId: 'Rule', ...reference('Keeper.Arn') };
    const Permission = { logicalId: 'Permission', ...reference('Rule.Arn') };
    expect(followers(Keeper, Rule, Permission)).to.deep.equal(['Rule', 'Permission']);
    expect(followers({ ...Keeper, replacement: 'yes' }, Rule, Permission)).to.deep.equal([]);
    expect(followers(Keeper, { ...Rule, type: 'AWS::S3::Bucket' }, Permission)).to.deep.equal([]);
  });

  const Bucket = { logicalId: 'Bucket', type: 'AWS::S3::Bucket' };
  const risks: [Partial<ResourceChange>, string][] = [
    [{ ...Bucket, action: 'remove' }, 'ITS CONTENT IS DELETED'],
    [{ ...Bucket, action: 'remove', policy: 'Delete' }, 'ITS CONTENT IS DELETED'],
    [
      { ...Bucket, action: 'remove', policy: 'Retain' },
      'it stays in the account with its content, but no longer belongs to the stage',
    ],
    [
      { ...Bucket, replacement: 'yes' },
      'an empty one takes its place; THE CONTENT OF THE OLD ONE IS DELETED',
    ],
    [
      { ...Bucket, replacement: 'maybe' },
      'an empty one takes its place; THE CONTENT OF THE OLD ONE IS DELETED',
    ],
    [
      { ...Bucket, replacement: 'yes', policy: 'ReplaceAndRetain' },
      'an empty one takes its place; the old one stays in the account, outside the stage',
    ],
  ];
  for (const [given, warning] of risks) {
    it(`see data at risk: ${warning}`, () => {
      expect(dataRisks(plan(given)).map((each) => each.warning)).to.deep.equal([warning]);
    });
  }

  it('see no risk in what is new or only changed', () => {
    expect(dataRisks(plan({ ...Bucket, action: 'add' }, Bucket))).to.deep.equal([]);
  });

  it('tell what clients notice', () => {
    const { changes } = plan({ type: 'AWS::ApiGateway::RestApi', replacement: 'yes' });
    expect(changes[0]).to.include({ action: 'replace', risk: 'interruption' });
    expect(changes[0]!.warning).to.include('address changes');
  });
});

describe('a plan as text', () => {
  const whole = (resources: ChangePlan, more: Partial<DeployPlan> = {}): DeployPlan => ({
    action: 'update',
    stack: 'mcp-dev',
    bootstrap: 'unchanged',
    image: { title: 'image of this version', state: 'present' },
    preparations: [],
    repairs: [],
    settings: [],
    resources,
    ...more,
  });
  const text = (each: DeployPlan, colour = false, full = false) =>
    renderPlan(each, { style: createStyle(colour), width: 100, full }).join('\n');

  it('shows risks to data in red, with what they mean', () => {
    const shown = text(
      whole(plan({ logicalId: 'Bucket', type: 'AWS::S3::Bucket', replacement: 'yes' })),
      true,
    );
    expect(shown).to.include('\x1b[31m± Holds the files (Bucket) IS REPLACED\x1b[39m');
    expect(shown).to.include(
      '\x1b[31man empty one takes its place; THE CONTENT OF THE OLD ONE IS DELETED\x1b[39m',
    );
  });

  it('shows settings with what they were and who asked', () => {
    const settings = [{ parameter: 'MaxTasks', flag: 'max-tasks', from: '4', to: '6', why: '--max-tasks' }];
    expect(text(whole(plan(), { settings }))).to.match(/max-tasks +4 -> 6 +--max-tasks/);
  });

  const many = Array.from({ length: 12 }, (_, index) => ({
    action: 'add' as const,
    logicalId: `Q${index}`,
    type: ['AWS::SNS::Topic', 'AWS::Lambda::Permission', 'AWS::Of::Tomorrow'][index] ?? 'AWS::SQS::Queue',
  }));

  it('shows many new resources part by part, as in every first deployment', () => {
    const overview = [
      '  + 12 new',
      '    Events 10: 9 queues',
      '    Observability 1: topic',
      '    Other 1',
      '    each by its name: --dry-run --json',
    ];
    for (const shown of [
      text(whole(plan(...many))),
      text(whole(plan(...many), { action: 'create' }), false, true),
    ]) {
      expect(shown.split('\n').slice(2)).to.deep.equal(overview);
    }
  });

  it('knows to which part each resource of the template belongs', () => {
    const types = readFragments(new URL('../../', import.meta.url)).flatMap(({ template }) =>
      Object.values(template.Resources ?? {}).map(({ Type }) => ({ type: Type })),
    );
    const lines = renderParts(types, createStyle(false));
    expect(types).to.have.length.above(100);
    expect(lines.join('\n')).to.include('Network').and.not.to.include('Other');
  });

  it('names every resource of an update where the plan is the result', () => {
    expect(text(whole(plan(...many)), false, true)).to.include('+ SQS Queue (Q7)');
    expect(text(whole(plan(...many.slice(0, 10))))).to.include('+ SQS Queue (Q7)');
  });

  it('says what it costs, what that takes for granted, and where there is no price', () => {
    const cost = {
      monthlyUsd: 61.2,
      items: [{ name: 'four endpoints in one zone', monthlyUsd: 32 }],
      assumptions: ['prices of November 2026, without tax'],
    };
    const shown = text(whole(plan(), { cost }));
    expect(shown).to.include('Standing cost a month: about $61 (an estimate)');
    expect(shown)
      .to.match(/four endpoints in one zone +\$32\.00/)
      .and.to.include('without tax');
    const dearer = text(whole(plan(), { cost: { ...cost, beforeUsd: 44.1 } }));
    expect(dearer).to.include('Standing cost a month: about $61, up to now about $44 (an estimate)');
    expect(text(whole(plan(), { cost: { ...cost, beforeUsd: 61.4 } }))).not.to.include('up to now');
    const none = text(whole(plan(), { cost: { monthlyUsd: null, items: [], assumptions: [] } }));
    expect(none).to.include('no price for this region');
  });
});
