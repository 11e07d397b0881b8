import type { Settings } from '../settings/settings.ts';
import { AwsTarget } from '../targets/aws/aws-target.ts';
import { verify } from '../verify/verify.ts';
import type { CheckResult } from '../verify/walk.ts';
import type { DeployAt } from './deploy-context.ts';
import type { TrialCheck } from './trial-check.ts';

const STATES: Record<CheckResult['status'], TrialCheck['state']> = {
  ok: 'passed',
  failed: 'failed',
  skipped: 'unknown',
  not_reached: 'unknown',
};

/** Goes through the deployed stage as `verify --events` does. */
export async function walkStage({ connection, stage, context, view }: DeployAt): Promise<TrialCheck[]> {
  const { region, profile } = connection;
  const settings: Settings = { stage, kind: 'aws', region, file: {} };
  if (profile !== undefined) settings.profile = profile;
  const target = await AwsTarget.open(settings, context);
  try {
    const options = { throttle: false, events: true };
    const onStart = ({ name }: { name: string }) => view.step(`Verifying: ${name}`);
    const { checks } = await verify(target, context, options, { onStart });
    return checks.map(({ name, status, seen, expected, blames_service: blamesService = false }) => ({
      name,
      state: STATES[status],
      blamesService,
      seen,
      expected,
    }));
  } finally {
    await target.close();
  }
}
