import { expect } from 'chai';
import { productParts } from '../../src/deploy/product-parts.ts';
import type { CliError } from '../../src/errors.ts';
import type { Template } from '../../src/stack/compose/compose.ts';
import { composeTemplate } from '../../src/stack/compose/compose.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { openModels } from '../support/aws/open-models.ts';
import {
  type DeployOptions,
  deployTelling,
  type FakeService,
  startFakeService,
  type Told,
} from '../support/aws/small-deploy.ts';
import { propertiesOf } from '../support/templates/broken-templates.ts';

/** The product's own templates and rules, with something done wrong. */
describe('a deployment of a template that breaks a rule', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let service: FakeService;
  before(async () => {
    emulator = await startEmulator();
    service = await startFakeService();
    openModels(emulator);
  });
  after(async () => {
    await service.close();
    await emulator.close();
  });
  beforeEach(() => {
    emulator.proxy.calls.length = 0;
  });
  afterEach(() => {
    const changes = emulator.proxy.calls.filter(({ action }) => /:(Create|Delete|Put|Execute)/.test(action));
    expect(changes.map(({ action }) => action)).to.deep.equal([]);
  });

  const { templates, judge } = productParts();
  const deploy = async (breaks: (template: Template) => void, options: DeployOptions = {}) => {
    const told: Told = { lines: [], plans: [] };
    const broken = async () => ({
      ...(await templates()),
      app: async (values: Record<string, string>) => {
        const template = structuredClone((await composeTemplate(values)).template);
        breaks(template);
        return { template, body: JSON.stringify(template) };
      },
    });
    const parts = { templates: broken, judge };
    const error = await deployTelling(emulator, service, { ...options, parts }, told).then(
      () => undefined,
      (reason: CliError) => reason,
    );
    return { ...told, error };
  };

  it('is refused before anything is looked at, with rule, resource and remedy', async () => {
    const { error, lines } = await deploy((template) => {
      propertiesOf(template, 'LogGroup').RetentionInDays = undefined;
    });
    expect(error).to.include({ exitCode: 1, code: 'template_broken' });
    expect(error!.message).to.match(/^the template breaks a rule: LogGroup .* \[log-retention\]$/);
    expect(error!.suggestions.join('\n')).to.include('nothing was changed').and.include('template --check');
    expect(lines.filter((line) => line.startsWith('step'))).to.deep.equal([]);
    expect(emulator.proxy.calls.map(({ action }) => action)).to.deep.equal(['sts:GetCallerIdentity']);
  });

  it('is refused with the values that are chosen, and not for those that are not', async () => {
    const withoutLogs = (template: Template) => {
      for (const { Type, Properties } of Object.values(template.Resources)) {
        if (Type === 'AWS::EC2::VPCEndpoint' && JSON.stringify(Properties).includes('.logs"'))
          Properties!.ServiceName = 'com.amazonaws.eu-central-1.sqs';
      }
    };
    const isolated = await deploy(withoutLogs, { request: { dryRun: true } });
    expect(isolated.error!.message).to.include('[missing-endpoint]');
    const open = await deploy(withoutLogs, {
      flags: { network: 'public-egress' },
      request: { dryRun: true },
    });
    expect(open.error?.message).to.equal(undefined);
    expect(open.plans).to.have.lengthOf(1);
  });
});
