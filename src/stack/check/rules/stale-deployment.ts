import { DEPLOYMENT, nameDeployment } from '../../compose/deployment-id.ts';
import type { Rule } from '../rule.ts';

const NAMED = new RegExp(`^${DEPLOYMENT}[0-9a-f]+$`);

export const staleDeployment: Rule = {
  id: 'stale-deployment',
  *whole({ template, values }) {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (resource.Type !== 'AWS::ApiGateway::Deployment') continue;
      const { [id]: _, ...others } = template.Resources;
      const plain = { ...template, Resources: { ...others, [DEPLOYMENT]: { Type: resource.Type } } };
      const current = Object.keys(nameDeployment(plain, values).Resources).find((name) => NAMED.test(name));
      if (current === id) continue;
      yield {
        resource: id,
        message: `the API is no longer what this snapshot was named after, so no new one would be made and callers would get the old API: name it ${current}`,
      };
    }
  },
};
