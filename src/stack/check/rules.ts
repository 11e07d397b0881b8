import type { Rule } from './rule.ts';
import { agreedName } from './rules/agreed-name.ts';
import { alarmMetric } from './rules/alarm-metric.ts';
import { apiKeyEnabled } from './rules/api-key-enabled.ts';
import { apiKeyLength } from './rules/api-key-length.ts';
import { bucketGuard } from './rules/bucket-guard.ts';
import { capacityProviders } from './rules/capacity-providers.ts';
import { containerHardening } from './rules/container-hardening.ts';
import { containerMatch } from './rules/container-match.ts';
import { deploymentOrder } from './rules/deployment-order.ts';
import { eventTarget } from './rules/event-target.ts';
import { fixedName } from './rules/fixed-name.ts';
import { functionLog } from './rules/function-log.ts';
import { idleTimeout } from './rules/idle-timeout.ts';
import { inlineCode } from './rules/inline-code.ts';
import { integrationTimeout } from './rules/integration-timeout.ts';
import { keyWithoutPlan } from './rules/key-without-plan.ts';
import { launchType } from './rules/launch-type.ts';
import { layerBucket } from './rules/layer-bucket.ts';
import { logRetention } from './rules/log-retention.ts';
import { missingDescription } from './rules/missing-description.ts';
import { missingEndpoint } from './rules/missing-endpoint.ts';
import { nameLength } from './rules/name-length.ts';
import { networkPath } from './rules/network-path.ts';
import { openGroup } from './rules/open-group.ts';
import { openMethod } from './rules/open-method.ts';
import { openPolicy } from './rules/open-policy.ts';
import { planRoutes } from './rules/plan-routes.ts';
import { policyEffect } from './rules/policy-effect.ts';
import { scalingTarget } from './rules/scaling-target.ts';
import { secretLeak } from './rules/secret-leak.ts';
import { serviceDeployment } from './rules/service-deployment.ts';
import { staleDeployment } from './rules/stale-deployment.ts';
import { startOrder } from './rules/start-order.ts';
import { stopTimeout } from './rules/stop-timeout.ts';
import { streamEndpoint } from './rules/stream-endpoint.ts';
import { summaryLoop } from './rules/summary-loop.ts';
import { templateLimits } from './rules/template-limits.ts';
import { topicKey } from './rules/topic-key.ts';
import { topicPolicy } from './rules/topic-policy.ts';
import { twoZones } from './rules/two-zones.ts';
import { undefinedName } from './rules/undefined-name.ts';
import { unheardAlarm } from './rules/unheard-alarm.ts';
import { uploadQueue } from './rules/upload-queue.ts';
import { widePermission } from './rules/wide-permission.ts';

/** Every rule, in the order in which findings are told: what would keep the stack from coming up first. */
export const RULES: Rule[] = [
  undefinedName,
  templateLimits,
  inlineCode,
  policyEffect,
  launchType,
  capacityProviders,
  apiKeyLength,
  integrationTimeout,
  stopTimeout,
  nameLength,
  twoZones,
  scalingTarget,
  networkPath,
  missingEndpoint,
  layerBucket,
  startOrder,
  containerMatch,
  agreedName,
  staleDeployment,
  deploymentOrder,
  apiKeyEnabled,
  keyWithoutPlan,
  planRoutes,
  streamEndpoint,
  idleTimeout,
  serviceDeployment,
  uploadQueue,
  summaryLoop,
  eventTarget,
  alarmMetric,
  unheardAlarm,
  topicKey,
  topicPolicy,
  openMethod,
  openGroup,
  openPolicy,
  widePermission,
  bucketGuard,
  containerHardening,
  secretLeak,
  fixedName,
  logRetention,
  functionLog,
  missingDescription,
];
