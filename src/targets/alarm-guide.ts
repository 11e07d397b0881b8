import { ALARM_IDS } from './alarm-words.ts';

/** The alarm that sums the others up. */
export const HEALTH_ALARM = 'health';

/** Checks of `mcp-s3 doctor` that look for the cause of an alarm, the likeliest first. */
const CHECKS: Record<string, string[]> = {
  '5xx': ['target-health', 'way-in', 'link', 'bucket', 'model'],
  latency: ['tasks'],
  'error-logs': ['bucket', 'model'],
  unavailable: ['tasks', 'image', 'target-health', 'way-in', 'awake'],
  'unhealthy-targets': ['target-health', 'way-in', 'firewalls'],
  'model-latency': ['model'],
  forbidden: ['key'],
  throttled: ['quota'],
  'queue-age': ['upload-function', 'upload-queue'],
  'dead-letters': ['dead-letters', 'upload-function'],
  'upload-errors': ['upload-function'],
  'keeper-errors': ['awake'],
};

export function doctorChecks(id: string): string[] {
  return CHECKS[id] ?? [];
}

/** Whether a stage's stack makes an alarm of this id. */
export function isStageAlarm(id: string): boolean {
  return id === HEALTH_ALARM || ALARM_IDS.includes(id);
}
