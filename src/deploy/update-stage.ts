import type { Stack } from '../aws/cloudformation.ts';
import { prepareChange } from '../stack/change-set.ts';
import { planChanges } from '../stack/planned-change.ts';
import { shownSettings } from '../stack/shown-settings.ts';
import { titlesOf } from '../stack/template-facts.ts';
import { tryOut } from './after-deploy.ts';
import { appGoal, resolveApp } from './app-goal.ts';
import { applyChange } from './apply-change.ts';
import { approve } from './approve.ts';
import { type Bootstrap, makeBootstrap } from './bootstrap.ts';
import { isAnother, runningDefinition, setAgain } from './definition.ts';
import type { DeployAt, DeployParts, DeployRequest } from './deploy-context.ts';
import type { Findings } from './deploy-findings.ts';
import type { DeployPlan } from './deploy-plan.ts';
import type { DeployOutcome, DeployResult } from './deploy-result.ts';
import { discardQuietly } from './discard.ts';
import { heldAwake } from './held-awake.ts';
import { lookForImage, makeImage } from './prepare-image.ts';
import { takeAway, travelling } from './template-store.ts';
import { unchangedStage } from './unchanged-stage.ts';

/** A stack that stands, and whether this command watched the end of an earlier deployment first. */
export interface Standing {
  stack: Stack;
  resumed: 'created' | 'updated' | undefined;
}

/** A deployment over an earlier one: CloudFormation works out what changes, and that is shown before it is done. */
export async function updateStage(
  at: DeployAt,
  request: DeployRequest,
  parts: DeployParts,
  findings: Findings,
  { stack, resumed }: Standing,
  result: DeployResult,
): Promise<DeployOutcome> {
  const { connection, identity, view, context } = at;
  const { signal } = context;
  const { templates, template, bootstrap, checked, warn } = findings;
  const { made, image } = await bootstrapAndImage(at, request, parts, findings);

  view.step('Comparing with what is deployed');
  const found = { ...checked.facts, ImageUri: image };
  const resolution = resolveApp(at, request, template, stack, found);
  const place = { partition: identity.partition, bucket: made.bucket };
  result.settings = shownSettings(resolution.effective);
  const app = await templates.app(resolution.effective);
  const titles = titlesOf(app.template);
  const stored = await travelling(connection, place, app.body, signal);
  const change = await prepareChange(connection, appGoal(at, stored, resolution), stack, signal);
  const rest = bootstrap.change === 'update' ? 'update' : 'unchanged';
  if (change === undefined && rest === 'unchanged' && checked.repairs.length === 0) {
    return await unchangedStage(at, request, parts, { stack, resumed }, result, warn);
  }
  const plan: DeployPlan = {
    action: 'update',
    stack: stack.name,
    bootstrap: rest,
    image: {
      title: findings.image.source.title,
      state: findings.image.found === undefined ? 'to_build' : 'present',
    },
    preparations: [],
    repairs: checked.repairs.map(({ title }) => title),
    settings: resolution.changes,
    resources: planChanges(change?.changes ?? [], titles),
  };
  const cost = await parts.estimate(resolution.effective, connection.region);
  const before = (await parts.estimate(stack.parameters, connection.region))?.monthlyUsd ?? undefined;
  if (cost !== undefined) plan.cost = { ...cost, ...(before === undefined ? {} : { beforeUsd: before }) };
  result.plan = plan;
  try {
    await view.plan(plan);
    if (request.dryRun) {
      if (change !== undefined) await discardQuietly(connection, change);
      await takeAway(connection, stored, signal);
      return { result: { ...result, result: 'planned', outputs: stack.outputs } };
    }
    await approve(view, plan, request);
    for (const { title, run } of checked.repairs) {
      await run(signal);
      view.note(title);
    }
    if (rest === 'update') await makeBootstrap(at, templates.bootstrap, bootstrap);
    if (change === undefined)
      return { result: { ...result, result: 'updated', outputs: stack.outputs }, stack };
    return await heldAwake(at, parts, stack, warn, async () => {
      const before = await runningDefinition(at, stack.outputs, warn);
      const updated = await applyChange(at, change, {
        titles,
        cluster: stack.outputs.ClusterName,
      });
      // Where a trial failed before, and this change does not touch what a task runs.
      const running = await runningDefinition(at, updated.outputs, warn);
      if (isAnother(running, updated.outputs)) await setAgain(at, updated.outputs);
      const mail = resolution.changes.find(({ parameter }) => parameter === 'Email')?.to;
      if (mail) result.confirmEmail = mail;
      const checks = await tryOut(at, parts, updated, { before, verify: request.verify });
      return {
        result: { ...result, result: 'updated' as const, outputs: updated.outputs, checks },
        stack: updated,
      };
    });
  } catch (error) {
    if (change !== undefined && !at.begun) await discardQuietly(connection, change);
    throw error;
  }
}

/** A mere look neither builds an image nor makes a registry: it compares with an image that is still to come. */
async function bootstrapAndImage(
  at: DeployAt,
  { dryRun }: DeployRequest,
  parts: DeployParts,
  { templates, bootstrap, image, planned }: Findings,
): Promise<{ made: Bootstrap; image: string }> {
  // It is gone although the app stack stands: nothing can be compared without it.
  const made = bootstrap.made ?? (await makeBootstrap(at, templates.bootstrap, bootstrap));
  const look = bootstrap.made === undefined ? await lookForImage(at, parts, planned, made) : image;
  if (look.found === undefined && dryRun) {
    return { made, image: `${made.repository.uri}@sha256:${'0'.repeat(64)}` };
  }
  return { made, image: (await makeImage(at, look)).uri };
}
