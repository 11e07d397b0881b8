import { stageNames } from '../../server/names.ts';
import { plannedParameters } from '../stack/parameters.ts';
import { titlesOf } from '../stack/template-facts.ts';
import { checkTogether } from '../stack/wishes.ts';
import { resolveApp } from './app-goal.ts';
import { lookAtBootstrap } from './bootstrap.ts';
import { createStage } from './create-stage.ts';
import type { DeployAt, DeployParts, DeployRequest } from './deploy-context.ts';
import type { Findings } from './deploy-findings.ts';
import type { Place } from './deploy-plan.ts';
import { type DeployOutcome, resultAt } from './deploy-result.ts';
import { preflight, together } from './preflight/preflight.ts';
import { lookForImage } from './prepare-image.ts';
import { refuseBroken } from './refuse-broken.ts';
import { settle } from './settle.ts';
import { updateStage } from './update-stage.ts';
import { refuseDowngrade } from './version-guard.ts';

/**
 * Brings a stage to what is asked for: looks first, at the stacks and at everything in the account that is needed, then
 * shows what it will do, and only then does it. Whatever state an earlier run left behind, it goes on from there.
 */
export async function deploy(
  at: DeployAt,
  place: Place,
  request: DeployRequest,
  parts: DeployParts,
): Promise<DeployOutcome> {
  const { stage, view, context, connection, identity } = at;
  const result = resultAt(place, stageNames(stage).stack, context.version);
  const warn = (text: string) => {
    result.warnings.push(text);
    view.warn(text);
  };
  const templates = await parts.templates();

  const broken = { name: 'template', flag: '', warn };
  const wished = plannedParameters(undefined, request.wishes);
  const draft = await templates.app(wished);
  // Once before anything is touched, and once with the values that are deployed or looked up.
  refuseBroken(await parts.judge(draft, wished), broken);
  refuseBroken(await parts.judge(templates.bootstrap, { Stage: stage }), {
    name: 'bootstrap template',
    flag: ' --bootstrap',
    warn,
  });

  view.step('Looking at what is there');
  const titles = titlesOf(draft.template);
  const { stack, watched } = await settle(at, stageNames(stage).stack, { lookOnly: request.dryRun, titles });
  if (stack !== undefined) refuseDowngrade(stack.tags, context.version, request.allowDowngrade);
  const planned = plannedParameters(stack?.parameters, request.wishes);
  checkTogether(planned);
  const { template } = await templates.app(planned);
  const bootstrap = await lookAtBootstrap(at, templates.bootstrap, request.dryRun);

  view.step('Checking what a deployment needs');
  const [checked, image] = await both(
    preflight({ connection, identity, stage, stack, planned, signal: context.signal }),
    lookForImage(at, parts, planned, bootstrap.made),
  );
  for (const warning of checked.warnings) warn(warning);

  const resolution = resolveApp(at, request, template, stack, checked.facts);
  const { effective } = resolution;
  refuseBroken(await parts.judge(await templates.app(effective), effective), { ...broken, warn: () => {} });

  const findings: Findings = { templates, template, planned, resolution, bootstrap, checked, image, warn };
  if (stack === undefined) return await createStage(at, request, parts, findings, result);
  return await updateStage(
    at,
    request,
    parts,
    findings,
    { stack, resumed: watched && (stack.status === 'CREATE_COMPLETE' ? 'created' : 'updated') },
    result,
  );
}

/** Both at once; what stands in the way on either side is told together. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  const problems = [a, b].flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  if (problems.length > 0) throw together(problems);
  return [(a as PromiseFulfilledResult<A>).value, (b as PromiseFulfilledResult<B>).value];
}
