/**
 * What a deployment needs of the account and no stack may own, because everything else in the account shares it:
 * `deploy` makes what is missing, `destroy` leaves it.
 */

/** Role by which API Gateway writes the access logs of all APIs, one for each account and region. */
export const ACCOUNT_ROLE = 'mcp-s3-api-gateway-logs';

/** Services that act in the account by a role of their own (service-linked roles), with their names for people. */
export const SERVICES_WITH_ROLE: Record<string, string> = {
  'ecs.amazonaws.com': 'ECS',
  'ecs.application-autoscaling.amazonaws.com': 'the scaling of ECS',
  'elasticloadbalancing.amazonaws.com': 'Elastic Load Balancing',
  'ops.apigateway.amazonaws.com': 'API Gateway',
};
