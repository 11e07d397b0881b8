import { at, listAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import type { Settled } from '../settled.ts';
import { idOf } from '../spell.ts';

export const planRoutes: Rule = {
  id: 'plan-routes',
  *settled(stack) {
    const routes = new Set(
      stack.ofType('ApiGateway::Method').map(({ properties }) => {
        return `${pathOf(stack, idOf(properties.ResourceId))}/${textAt(properties, 'HttpMethod')}`;
      }),
    );
    for (const { id, properties } of stack.ofType('ApiGateway::UsagePlan')) {
      for (const [index, stage] of listAt(properties, 'ApiStages').entries()) {
        for (const route of Object.keys(at(stage, 'Throttle') ?? {})) {
          if (routes.has(route)) continue;
          yield {
            resource: id,
            path: `Properties.ApiStages.${index}.Throttle`,
            message: `${route} is limited, and the API has no such method: write PATH/METHOD, such as /mcp/POST`,
          };
        }
      }
    }
  },
};

/** `/mcp` of the resource that is this part of the path. */
function pathOf(stack: Settled, id: string | undefined): string {
  const resource = stack.resources.get(id ?? '');
  if (resource?.type !== 'AWS::ApiGateway::Resource') return '';
  return `${pathOf(stack, idOf(resource.properties.ParentId))}/${textAt(resource.properties, 'PathPart')}`;
}
