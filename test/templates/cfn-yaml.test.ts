import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { parseTemplate, printTemplate, type Template } from '../../src/stack/compose/cfn-yaml.ts';
import { composeBootstrap, composeTemplate } from '../../src/stack/compose/compose.ts';

describe('CloudFormation YAML', () => {
  for (const [short, long] of [
    ['!Ref A', { Ref: 'A' }],
    ['!GetAtt A.B.C', { 'Fn::GetAtt': ['A', 'B.C'] }],
    ['!GetAtt [A, B]', { 'Fn::GetAtt': ['A', 'B'] }],
    [`!Sub "a-\${B}"`, { 'Fn::Sub': `a-\${B}` }],
    [`!Sub ["\${a}", {a: !Ref B}]`, { 'Fn::Sub': [`\${a}`, { a: { Ref: 'B' } }] }],
    ['!If [C, !Ref A, !Sub b]', { 'Fn::If': ['C', { Ref: 'A' }, { 'Fn::Sub': 'b' }] }],
    ['!Join ["", !Ref List]', { 'Fn::Join': ['', { Ref: 'List' }] }],
    ['!Not [!Equals [!Ref A, ""]]', { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'A' }, ''] }] }],
    ['!Condition C', { Condition: 'C' }],
    ['!Inline f', { 'Fn::Inline': 'f' }],
    ['!Base64 {"Fn::Sub": a}', { 'Fn::Base64': { 'Fn::Sub': 'a' } }],
  ] as const) {
    it(`reads ${short}`, () => {
      const { Resources } = parseTemplate(`Resources: {A: {Type: T, Properties: {P: ${short}}}}`);
      expect(Resources.A!.Properties!.P).to.deep.equal(long);
    });
  }

  it('is read with places of mistakes', () => {
    expect(() => parseTemplate('Resources:\n  A: {Type: T\n')).to.throw(/line \d+, column \d+/);
  });

  it('is printed so that it reads the same again, also what looks like something else', () => {
    const template: Template = {
      Resources: {
        A: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            Words: [
              'on',
              'no',
              '2012-10-17',
              '0123',
              '1e3',
              '',
              'null',
              '~',
              'a: b',
              '# c',
              '*',
              '!x',
              "it's",
            ],
            Numbers: [0, 1.5, true, false],
            Lines: 'const a = "b";\n\tif (a) {\n    return "c";\n}\n',
            Inner: { 'Fn::Base64': { 'Fn::Sub': 'a' } },
            Two: { 'Fn::If': ['C', { 'Fn::GetAtt': ['A', 'B.C'] }, { Ref: 'AWS::NoValue' }] },
          },
        },
      },
    };
    const text = printTemplate(template, 'One line,\nand another.');
    expect(text).to.match(/^# One line,\n# and another\.\n/);
    expect(parseTemplate(text)).to.deep.equal(template);
    // Readers of YAML 1.1 take no word for a truth value or a date.
    const untagged = text.replace(/!\w+ /g, '');
    const { Words } = parse(untagged, { version: '1.1' }).Resources.A.Properties;
    expect(Words.every((word: unknown) => typeof word === 'string')).to.equal(true);
  });

  it('keeps the whole of both templates', async () => {
    for (const { template, body } of [await composeTemplate(), await composeBootstrap()]) {
      expect(parseTemplate(printTemplate(template))).to.deep.equal(template);
      expect(JSON.parse(body)).to.deep.equal(template);
    }
  });

  it('has short tags only where CloudFormation reads them', async () => {
    const text = printTemplate((await composeTemplate()).template);
    // A function with a short tag directly around another one is refused.
    expect(text).not.to.match(/![A-Z]\w+ !/);
    expect(text).not.to.include('!Inline');
    expect(await readFile('templates/app/events.yaml', 'utf8')).to.include('!Inline keeper');
  });
});
