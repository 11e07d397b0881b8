import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { DEFAULT_LIMITS } from '../../server/names.ts';
import type { Template } from '../../src/stack/compose/cfn-yaml.ts';
import { composeBootstrap, composeTemplate } from '../../src/stack/compose/compose.ts';
import { referencesOf } from '../../src/stack/compose/references.ts';
import { DEFAULTS } from '../../src/stack/deploy-settings.ts';
import { APP_OUTPUTS, APP_PARAMETERS, BOOTSTRAP_OUTPUTS } from '../../src/stack/template-names.ts';

const { template: app } = await composeTemplate();
const { template: bootstrap } = await composeBootstrap();

for (const [name, template] of Object.entries({ app, bootstrap }) as [string, Template][]) {
  describe(`the template ${name}`, () => {
    it('says of every resource, parameter and output what it is', () => {
      const said = new Map<string, string>();
      for (const [id, { Metadata }] of Object.entries(template.Resources)) {
        const { Description } = (Metadata?.['mcp-s3'] ?? {}) as { Description?: string };
        // One line of the progress display.
        expect(Description, id)
          .to.be.a('string')
          .and.match(/^[A-Z].{5,85}[^.]$/);
        expect(said.has(Description!), `${id} and ${said.get(Description!)}`).to.equal(false);
        said.set(Description!, id);
      }
      for (const section of [template.Parameters, template.Outputs]) {
        for (const [id, value] of Object.entries(section ?? {})) {
          expect((value as { Description?: string }).Description, id).to.match(/^.{5,120}[^:]$/);
        }
      }
    });

    it('says in plain words what a parameter takes where it is particular', () => {
      for (const [id, { AllowedPattern, ConstraintDescription }] of Object.entries(template.Parameters!)) {
        expect(ConstraintDescription !== undefined, id).to.equal(AllowedPattern !== undefined);
      }
    });

    it('takes its own defaults', () => {
      for (const [id, parameter] of Object.entries(template.Parameters!)) {
        const { Default, AllowedPattern, AllowedValues, MinValue, MaxValue } = parameter as {
          Default?: string | number;
          AllowedPattern?: string;
          AllowedValues?: string[];
          MinValue?: number;
          MaxValue?: number;
        };
        if (Default === undefined) continue;
        if (AllowedPattern) expect(String(Default), id).to.match(new RegExp(`^(?:${AllowedPattern})$`));
        if (AllowedValues) expect(AllowedValues, id).to.include(Default);
        if (MinValue !== undefined) expect(Default, id).to.be.at.least(MinValue);
        if (MaxValue !== undefined) expect(Default, id).to.be.at.most(MaxValue);
      }
    });

    it('names only what it has, and has nothing that it does not name', () => {
      const { Parameters = {}, Conditions = {}, Resources } = template;
      const known = new Set([
        ...Object.keys(Parameters),
        ...Object.keys(Conditions),
        ...Object.keys(Resources),
      ]);
      const named = referencesOf([template.Resources, template.Outputs, template.Conditions]);
      const unknown = [...named].filter((id) => !known.has(id) && !id.startsWith('AWS::'));
      expect(unknown).to.deep.equal([]);
      const unused = [...Object.keys(Parameters), ...Object.keys(Conditions)].filter((id) => !named.has(id));
      expect(unused).to.deep.equal([]);
    });

    it('keeps nothing but files when it is deleted, and loses by a change no file and no task to go back to', () => {
      const special: Record<string, string[]> = {
        Bucket: ['RetainExceptOnCreate', 'Retain'],
        TaskDefinition: ['Delete', 'Retain'],
      };
      // What holds something says so, one way or the other.
      const holds =
        /^AWS::(S3::Bucket|Logs::LogGroup|SQS::Queue|SecretsManager::Secret|ECR::Repository|ECS::TaskDefinition)$/;
      for (const [id, { Type, DeletionPolicy, UpdateReplacePolicy }] of Object.entries(template.Resources)) {
        const expected = special[id] ?? (holds.test(Type) ? ['Delete', 'Delete'] : [undefined, undefined]);
        expect([DeletionPolicy, UpdateReplacePolicy], id).to.deep.equal(expected);
      }
    });
  });
}

describe('names of the templates', () => {
  it('are those that the command line knows', () => {
    expect(Object.keys(app.Parameters!)).to.have.members([...APP_PARAMETERS]);
    expect(Object.keys(app.Outputs!)).to.have.members([...APP_OUTPUTS]);
    expect(Object.keys(bootstrap.Outputs!)).to.have.members([...BOOTSTRAP_OUTPUTS]);
  });

  it('have the defaults of the flags', () => {
    for (const [name, value] of Object.entries(DEFAULTS)) {
      const { Default } = app.Parameters![name]!;
      // What is looked up where nobody names it.
      if (name === 'ImageUri' || name === 'ModelId') expect(Default).to.equal(undefined);
      else expect(String(Default), name).to.equal(value);
    }
    const { RateLimit, BurstLimit, McpRateLimit, McpBurstLimit, QuotaPerDay } = app.Parameters!;
    expect(
      [RateLimit, BurstLimit, McpRateLimit, McpBurstLimit, QuotaPerDay].map((limit) => limit!.Default),
    ).to.deep.equal(Object.values(DEFAULT_LIMITS));
  });
});

describe('the size of the template', () => {
  it('is well below what CloudFormation takes from a bucket', async () => {
    // 1 MB ("CloudFormation quotas").
    expect((await composeTemplate()).body.length).to.be.below(200_000);
    expect((await readFile('templates/bootstrap.yaml')).length).to.be.below(51_200);
  });
});
