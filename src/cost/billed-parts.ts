import type { Parameters } from '../stack/deploy-settings.ts';

/** How many there are of what is paid for by its number, with these parameters. A test holds it to the template. */
export interface BilledParts {
  /** Services that tasks reach through an interface endpoint. */
  endpoints: string[];
  /** Zones that each of the endpoints is in. */
  zones: number;
  secrets: number;
  /** An alarm is paid for by its metrics; target tracking makes two for each policy. */
  alarmMetrics: number;
  compositeAlarms: number;
  customMetrics: number;
  dashboards: number;
  /** The keeper looks every five minutes. */
  keeperScheduled: boolean;
}

const ENDPOINTS = ['ecr.api', 'ecr.dkr', 'logs', 'bedrock-runtime'];
/** A region opened since December 2023 reaches ECS through them too. */
const NEW_REGION_ENDPOINTS = ['ecs', 'ecs-agent', 'ecs-telemetry'];

const ALARMS = 9;
const UPLOAD_ALARMS = 3;
const TARGET_TRACKING_ALARMS = 4;
const METRICS = 10;

/** @param parameters with every value; see {@link DEFAULTS} */
export function billedParts(parameters: Parameters): BilledParts {
  const isPrivate = parameters.NetworkMode === 'private';
  const uploads = parameters.Presummarize === 'on';
  const slots = (parameters.KeySlots ?? 'a').length;
  const sleeps = parameters.SleepAfterMinutes !== '0';
  const scheduled = sleeps || parameters.ScheduleDown !== '' || slots > 1;
  const more = parameters.NewRegionEndpoints === 'true' ? NEW_REGION_ENDPOINTS : [];
  return {
    endpoints: isPrivate ? [...ENDPOINTS, ...more] : [],
    zones: parameters.HighAvailability === 'true' ? 2 : 1,
    secrets: slots + (uploads ? 1 : 0),
    alarmMetrics: ALARMS + (uploads ? UPLOAD_ALARMS : 0) + (sleeps ? 1 : 0) + TARGET_TRACKING_ALARMS,
    compositeAlarms: 1,
    customMetrics: METRICS + (scheduled ? 1 : 0),
    dashboards: 1,
    keeperScheduled: scheduled,
  };
}
