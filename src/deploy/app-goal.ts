import { stageNames } from '../../server/names.ts';
import type { Stack } from '../aws/cloudformation.ts';
import type { StackGoal } from '../stack/change-set.ts';
import type { Template } from '../stack/compose/compose.ts';
import type { Parameters } from '../stack/deploy-settings.ts';
import { type Resolution, resolveParameters } from '../stack/parameters.ts';
import { parametersOf } from '../stack/template-facts.ts';
import { STAGE_TAG, VERSION_TAG } from '../targets/aws/deployed-stack.ts';
import type { DeployAt, DeployRequest } from './deploy-context.ts';
import type { StoredTemplate } from './template-store.ts';

/** Parameters of the app stack as they will be. @param found what was looked up */
export function resolveApp(
  { stage, context }: DeployAt,
  { wishes }: DeployRequest,
  template: Template,
  stack: Stack | undefined,
  found: Parameters,
): Resolution {
  const facts = { ...found, Stage: stage, Version: context.version };
  return resolveParameters({ known: parametersOf(template), deployed: stack?.parameters, wishes, facts });
}

export function appGoal(
  { stage, context }: DeployAt,
  { template }: StoredTemplate,
  { values }: Resolution,
): StackGoal {
  return {
    name: stageNames(stage).stack,
    template,
    parameters: values,
    tags: { [STAGE_TAG]: stage, [VERSION_TAG]: context.version },
  };
}
