import { statementsIn } from '../policies.ts';
import type { Rule } from '../rule.ts';

/** Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions for Amazon ECR". */
const LAYERS = /:::prod-\$\{AWS::Region\}-starport-layer-bucket\/\*$/;

export const layerBucket: Rule = {
  id: 'layer-bucket',
  *settled(stack) {
    for (const endpoint of stack.ofType('EC2::VPCEndpoint')) {
      const { id, properties } = endpoint;
      if (!/\.s3$/.test(String(properties.ServiceName)) || properties.PolicyDocument === undefined) continue;
      const admitted = statementsIn(endpoint).some(
        ({ effect, actions, targets }) =>
          effect === 'Allow' &&
          actions.some((action) => ['s3:GetObject', 's3:*', '*'].includes(action)) &&
          targets.some((target) => target === '*' || LAYERS.test(target)),
      );
      if (admitted) continue;
      yield {
        resource: id,
        path: 'Properties.PolicyDocument',
        message:
          "the policy does not admit ECR's bucket of image layers (prod-REGION-starport-layer-bucket): no image can be pulled",
      };
    }
  },
};
