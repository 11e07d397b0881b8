import { usageError } from '../errors.ts';
import type { DeployParts } from './deploy-context.ts';

/** What the product deploys. Loaded when it is needed: most commands never come here. */
export function productParts(): DeployParts {
  const missing = (): never => {
    throw usageError('this version does not deploy to AWS yet');
  };
  return {
    async templates() {
      const { composeBootstrap, composeTemplate } = await import('../stack/compose/compose.ts');
      return { app: composeTemplate, bootstrap: await composeBootstrap() };
    },
    image: async () => missing(),
    keeper: () => missing(),
    apiKey: async () => missing(),
    apiUrl: (outputs) => outputs.ApiGatewayEndpoint ?? missing(),
    estimate: async () => undefined,
  };
}
