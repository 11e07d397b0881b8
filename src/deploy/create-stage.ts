import { failed } from '../errors.ts';
import { prepareChange } from '../stack/change-set.ts';
import { shownSettings } from '../stack/shown-settings.ts';
import { titlesOf } from '../stack/template-facts.ts';
import { tryOut } from './after-deploy.ts';
import { appGoal, resolveApp } from './app-goal.ts';
import { applyChange } from './apply-change.ts';
import { approve } from './approve.ts';
import { makeBootstrap } from './bootstrap.ts';
import type { DeployAt, DeployParts, DeployRequest } from './deploy-context.ts';
import type { Findings } from './deploy-findings.ts';
import type { DeployPlan } from './deploy-plan.ts';
import type { DeployOutcome, DeployResult } from './deploy-result.ts';
import { discardQuietly } from './discard.ts';
import { firstChanges } from './local-changes.ts';
import { lookForImage, makeImage } from './prepare-image.ts';
import { travelling } from './template-store.ts';

/** The first deployment of a stage. The plan is made from the template alone, so that nothing is written before a yes. */
export async function createStage(
  at: DeployAt,
  request: DeployRequest,
  parts: DeployParts,
  findings: Findings,
  result: DeployResult,
): Promise<DeployOutcome> {
  const { connection, identity, view, context } = at;
  const { signal } = context;
  const { templates, template, planned, bootstrap, checked, image, resolution: first } = findings;
  const plan: DeployPlan = {
    action: 'create',
    stack: result.stack,
    bootstrap: bootstrap.change,
    image: { title: image.source.title, state: image.found === undefined ? 'to_build' : 'present' },
    preparations: checked.preparations.map(({ title }) => title),
    repairs: [],
    settings: first.changes.filter(({ flag }) => flag !== undefined),
    resources: firstChanges(template, first.effective),
  };
  const cost = await parts.estimate(first.effective, connection.region);
  if (cost !== undefined) plan.cost = cost;
  result.plan = plan;
  result.settings = shownSettings(first.effective);
  await view.plan(plan);
  if (request.dryRun) return { result: { ...result, result: 'planned' } };
  await approve(view, plan, request);

  for (const { title, run } of checked.preparations) {
    view.step(`Making the ${title}`);
    await run(signal);
    view.note(`made: ${title}`);
  }
  const made = await makeBootstrap(at, templates.bootstrap, bootstrap);
  const look = bootstrap.made === undefined ? await lookForImage(at, parts, planned, made) : image;
  const { uri } = await makeImage(at, look);

  view.step('Handing the template in');
  const place = { partition: identity.partition, bucket: made.bucket };
  const facts = { ...checked.facts, ImageUri: uri };
  const resolution = resolveApp(at, request, template, undefined, facts);
  const app = await templates.app(resolution.effective);
  const stored = await travelling(connection, place, app.body, signal);
  const change = await prepareChange(connection, appGoal(at, stored, resolution), undefined, signal);
  if (change === undefined) throw failed('empty_template', 'the template holds no resources');
  const stack = await applyChange(at, change, { titles: titlesOf(app.template) }).catch(async (error) => {
    if (!at.begun) await discardQuietly(connection, change);
    throw error;
  });
  const { Email: confirmEmail } = resolution.effective;
  if (confirmEmail) result.confirmEmail = confirmEmail;
  const checks = await tryOut(at, parts, stack, { verify: request.verify });
  return { result: { ...result, result: 'created', outputs: stack.outputs, checks }, stack };
}
