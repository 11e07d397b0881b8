import { deploymentId } from '../../compose/deployment-id.ts';
import type { Rule } from '../rule.ts';

export const staleDeployment: Rule = {
  id: 'stale-deployment',
  *whole({ template, values }) {
    for (const [id, { Type }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::ApiGateway::Deployment') continue;
      const current = deploymentId(template, values);
      if (current === id) continue;
      yield {
        resource: id,
        message: `the API is no longer what this snapshot was named after, so no new one would be made and callers would get the old API: name it ${current}`,
      };
    }
  },
};
