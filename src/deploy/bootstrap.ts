import { stageNames } from '../../server/names.ts';
import type { Stack } from '../aws/cloudformation.ts';
import { deployedTemplate } from '../aws/cloudformation-repair.ts';
import { failed } from '../errors.ts';
import { prepareChange } from '../stack/change-set.ts';
import type { Composed } from '../stack/compose/compose.ts';
import { resolveParameters } from '../stack/parameters.ts';
import { parametersOf, titlesOf } from '../stack/template-facts.ts';
import type { BootstrapOutput } from '../stack/template-names.ts';
import { STAGE_TAG, VERSION_TAG } from '../targets/aws/deployed-stack.ts';
import { applyChange } from './apply-change.ts';
import type { DeployAt } from './deploy-context.ts';
import { settle } from './settle.ts';

/** What the app stack is deployed from: the bucket for templates and the registry for images. */
export interface Bootstrap {
  bucket: string;
  repository: { name: string; uri: string };
}

/** The bootstrap stack as it stands, and what is to become of it. */
export interface BootstrapLook {
  change: 'create' | 'update' | 'unchanged';
  stack: Stack | undefined;
  /** Undefined where it is still to be made. */
  made: Bootstrap | undefined;
}

/** @param lookOnly nothing is repaired, only said */
export async function lookAtBootstrap(
  at: DeployAt,
  { template, body }: Composed,
  lookOnly: boolean,
): Promise<BootstrapLook> {
  const { connection, stage, context } = at;
  const { stack } = await settle(at, stageNames(stage).bootstrapStack, {
    lookOnly,
    titles: titlesOf(template),
  });
  if (stack === undefined) return { change: 'create', stack, made: undefined };
  const deployed = await deployedTemplate(connection, stack.name, context.signal);
  const change = deployed.trim() === body.trim() ? 'unchanged' : 'update';
  return { change, stack, made: bootstrapOf(stack) };
}

/** Brings the bootstrap stack up to date; it exists first, because the image must exist before the service. */
export async function makeBootstrap(
  at: DeployAt,
  { template, body }: Composed,
  look: BootstrapLook,
): Promise<Bootstrap> {
  if (look.change === 'unchanged') return look.made!;
  const { connection, stage, context } = at;
  const { values } = resolveParameters({
    known: parametersOf(template),
    deployed: look.stack?.parameters,
    wishes: new Map(),
    facts: { Stage: stage, Version: context.version },
  });
  const goal = {
    name: stageNames(stage).bootstrapStack,
    template: { body },
    parameters: values,
    tags: { [STAGE_TAG]: stage, [VERSION_TAG]: context.version },
  };
  const change = await prepareChange(connection, goal, look.stack, context.signal);
  const stack =
    change === undefined ? look.stack! : await applyChange(at, change, { titles: titlesOf(template) });
  return bootstrapOf(stack);
}

function bootstrapOf({ name, outputs }: Stack): Bootstrap {
  const output = (key: BootstrapOutput) => {
    const value = outputs[key];
    if (value !== undefined) return value;
    throw failed('missing_output', `the stack ${name} has no output ${key}: it was changed by hand`, [
      `delete it and deploy again: aws cloudformation delete-stack --stack-name ${name}`,
    ]);
  };
  return {
    bucket: output('ArtifactsBucketName'),
    repository: { name: output('RepositoryName'), uri: output('RepositoryUri') },
  };
}
