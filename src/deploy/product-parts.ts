import { fileURLToPath } from 'node:url';
import { packageRoot } from '../package-root.ts';
import { apiUrl } from '../targets/aws/api-url.ts';
import { outputOf } from '../targets/aws/deployed-stack.ts';
import { currentSlot, slotsOf } from '../targets/aws/key-slots.ts';
import type { DeployParts } from './deploy-context.ts';

/** What the product deploys, and how it is asked afterwards. Loaded when it is needed. */
export function productParts(): DeployParts {
  return {
    async templates() {
      const { composeBootstrap, composeTemplate } = await import('../stack/compose/compose.ts');
      return { app: composeTemplate, bootstrap: await composeBootstrap() };
    },
    async judge({ template, body }, values) {
      const { checkStack } = await import('../stack/check/check-rules.ts');
      return checkStack(template, body, values);
    },
    async image(need, { connection, context }) {
      const { imageSource } = await import('../image/image-source.ts');
      const { env, version } = context;
      return imageSource(connection, { ...need, folder: fileURLToPath(packageRoot()), version, env });
    },
    keeper:
      (name, { connection }) =>
      async (request, signal) => {
        const { askKeeper } = await import('../targets/aws/keeper.ts');
        return await askKeeper(connection, name, request, signal);
      },
    async apiKey(stack, { connection, stage, context }) {
      const slot = currentSlot(slotsOf(stack.parameters));
      const deployed = { ...stack, stage, region: connection.region };
      const { secretValue } = await import('../aws/secrets.ts');
      return await secretValue(connection, outputOf(deployed, `ApiKeySecretArn${slot}`), context.signal);
    },
    async walk(at) {
      const { walkStage } = await import('./walk-stage.ts');
      return await walkStage(at);
    },
    apiUrl: ({ outputs }, { context }) => apiUrl(outputs, context.env),
    async estimate(parameters, region) {
      const { estimate } = await import('../cost/estimate.ts');
      const { standingCost } = await import('../cost/standing-cost.ts');
      return standingCost(estimate(parameters, region));
    },
  };
}
