import { expect } from 'chai';
import { parseTemplate, type Template } from '../../src/stack/compose/cfn-yaml.ts';
import { inlineCode } from '../../src/stack/compose/inline-code.ts';
import { mergeFragments } from '../../src/stack/compose/merge.ts';
import { FRAGMENTS, readFragments } from '../../src/stack/compose/sources.ts';
import { nameTargetGroup } from '../../src/stack/compose/target-group-name.ts';

const real = readFragments(new URL('../../', import.meta.url));

const fragment = (name: string, text: string) => ({ name: `${name}.yaml`, template: parseTemplate(text) });
const queue = (id: string) => `Resources: { ${id}: { Type: AWS::SQS::Queue } }`;

describe('fragments', () => {
  it('become one template, section by section', () => {
    const merged = mergeFragments([
      fragment('a', `Parameters: { P: { Type: String } }\n${queue('A')}`),
      fragment('b', `${queue('B')}\nOutputs: { B: { Value: !Ref B } }`),
    ]);
    expect(Object.keys(merged).slice(2)).to.deep.equal(['Parameters', 'Resources', 'Outputs']);
    expect(Object.keys(merged.Resources)).to.deep.equal(['A', 'B']);
    expect(merged.Outputs).to.deep.equal({ B: { Value: { Ref: 'B' } } });
  });

  for (const section of ['Resources', 'Outputs', 'Rules'] as const) {
    it(`may not both have the same of ${section}, even the very same`, () => {
      const twice = () =>
        ['a', 'b'].map((name) => fragment(name, `${section}: { One: { Type: T }, Two${name}: { Type: T } }`));
      expect(() => mergeFragments(twice())).to.throw(`${section} One is in a.yaml and in b.yaml`);
    });
  }

  for (const [section, value, other] of [
    ['Parameters', '{ Type: String }', '{ Type: String, Default: a }'],
    ['Conditions', '!Equals [a, a]', '!Equals [a, b]'],
  ] as const) {
    it(`may both have the same of ${section}, as long as it means the same`, () => {
      const with_ = (name: string, what: string) => fragment(name, `${section}: { One: ${what} }`);
      const merged = mergeFragments([with_('a', value), with_('b', value)]);
      expect(Object.keys(merged[section]!)).to.deep.equal(['One']);
      expect(() => mergeFragments([with_('a', value), with_('b', other), with_('c', value)])).to.throw(
        `${section} One is in a.yaml and in b.yaml`,
      );
    });
  }

  it('refuse a name of another fragment, each of the real ones', () => {
    for (const { name, template } of real.filter(({ template }) => template.Resources !== undefined)) {
      const [id] = Object.keys(template.Resources);
      const copied = [...real, fragment('copy', queue(id!))];
      expect(() => mergeFragments(copied)).to.throw(`Resources ${id} is in ${name} and in copy.yaml`);
    }
    expect(real).to.have.length(FRAGMENTS.length);
  });
});

describe('code of functions', () => {
  const template = parseTemplate(
    'Resources: { F: { Type: T, Properties: { Code: { ZipFile: !Inline f } } } }',
  );

  it('stands where the template names it', () => {
    const inlined = inlineCode(template, new Map([['f', 'exports.handler = 1;']]));
    expect(inlined.Resources.F!.Properties).to.deep.equal({ Code: { ZipFile: 'exports.handler = 1;' } });
  });

  it('is missed, and refused where Lambda would refuse it', () => {
    expect(() => inlineCode(template, new Map())).to.throw('inlines f, and there is no such function');
    const long = new Map([['f', ' '.repeat(4 * 1024 * 1024 + 1)]]);
    expect(() => inlineCode(template, long)).to.throw('too large');
  });
});

describe('name of the target group', () => {
  const merged = (): Template => structuredClone(mergeFragments(real));
  const named = (template: Template) =>
    (nameTargetGroup(template).Resources.TargetGroup!.Properties!.Name as { 'Fn::Sub': string })['Fn::Sub'];

  it('is mcp-<stage>-tg, also when what can be changed changes', () => {
    const template = merged();
    Object.assign(template.Resources.TargetGroup!.Properties!, { HealthCheckIntervalSeconds: 5 });
    expect(named(template)).to.equal(`mcp-\${Stage}-tg`);
  });

  for (const [what, change] of Object.entries({
    port: ({ TargetGroup }) => Object.assign(TargetGroup!.Properties!, { Port: 9090 }),
    protocol: ({ TargetGroup }) => Object.assign(TargetGroup!.Properties!, { Protocol: 'HTTPS' }),
    network: ({ Vpc }) => Object.assign(Vpc!.Properties!, { CidrBlock: '10.43.0.0/24' }),
  } satisfies Record<string, (resources: Template['Resources']) => void>)) {
    it(`is another one for another ${what}, and the same for the same, within 32 characters`, () => {
      const template = merged();
      change(template.Resources);
      const name = named(template);
      expect(name)
        .to.match(/^mcp-\$\{Stage\}-tg-[0-9a-f]{4}$/)
        .and.equal(named(template));
      expect(name.replace(`\${Stage}`, 'a'.repeat(20))).to.have.length.at.most(32);
    });
  }
});
