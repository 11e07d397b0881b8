import { expect } from 'chai';
import { composeTemplate } from '../../src/stack/compose/compose.ts';
import { madeResources } from '../../src/stack/conditions.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { MISSING_TYPES } from '../support/aws/missing-types.ts';
import { createWholeStage } from '../support/aws/whole-stage.ts';

const VARIANTS: Record<string, Record<string, string>> = {
  'as it is by default': {},
  'over the internet': { NetworkMode: 'public-egress' },
  'with everything twice, in a new region': { HighAvailability: 'true', NewRegionEndpoints: 'true' },
  'for web pages, with both keys': { CorsOrigin: 'https://app.example.com', KeySlots: 'ba' },
  'with the second key, and without summaries ahead of time': { KeySlots: 'b', Presummarize: 'off' },
  'asleep by the clock and by itself, with mails': {
    SleepAfterMinutes: '15',
    ScheduleUp: 'cron(0 7 ? * MON-FRI *)',
    ScheduleDown: 'cron(0 19 ? * MON-FRI *)',
    ScheduleTimezone: 'Europe/Berlin',
    Email: 'ops@example.com',
  },
  'without a model, on Spot, with writes': {
    ModelId: 'extractive-1',
    ModelArns: '',
    SpotPercent: '100',
    OnDemandPercent: '0',
    OnDemandBase: '1',
    AllowWrites: 'true',
  },
  'with more models': {
    AllowedModels: 'a.b-v1:0',
    AllowedModelArns: 'arn:aws:bedrock:eu-central-1::foundation-model/a.b-v1:0',
  },
};

describe('the template', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.close());

  Object.entries(VARIANTS).forEach(([what, parameters], index) => {
    it(`makes a stage ${what}`, async () => {
      const { ids, outputs } = await createWholeStage(emulator, `v${index}`, parameters);
      const { template } = await composeTemplate();
      const meant = { ModelArns: 'arn:aws:bedrock:x', ...parameters };
      const made = madeResources(template, meant).filter(
        (id) => !MISSING_TYPES.includes(template.Resources[id]!.Type),
      );
      const named = (id: string) => id.replace(/^(ApiDeployment)[0-9a-f]+$/, '$1');
      expect(Object.keys(ids).map(named)).to.have.members(made.map(named));
      const slots = parameters.KeySlots ?? 'a';
      for (const slot of ['a', 'b']) {
        const output = `ApiKeyId${slot.toUpperCase()}`;
        expect(output in outputs, output).to.equal(slots.includes(slot));
      }
      expect('UploadFunctionName' in outputs).to.equal(parameters.Presummarize !== 'off');
    });
  });
});
