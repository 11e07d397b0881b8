export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmReport {
  alarms: Alarm[];
}

export interface Alarm {
  /** `mcp-<stage>-5xx`, as on AWS. */
  name: string;
  /** What it watches and what it means when it rings, in a sentence. */
  description: string;
  state: AlarmState;
  /** When the state began, ISO 8601; missing when it was never another. */
  since?: string;
  /** Why, with the figures. */
  reason: string;
}
