export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmReport {
  alarms: Alarm[];
  /** Those that only drive scaling and waking: one in ALARM is no fault. Missing where there are none by design. */
  scaling?: Alarm[];
}

export interface Alarm {
  /** `mcp-<stage>-5xx`, as on AWS. */
  name: string;
  /** What it watches, what it means when it rings, and what to do, in a sentence or two. */
  description: string;
  state: AlarmState;
  /** When the state began, ISO 8601; missing when it was never another. */
  since?: string;
  /** Why, with the figures. */
  reason: string;
  /** Checks of `mcp-s3 doctor` that look for the cause. */
  doctor?: string[];
  /** It rings where one of several others does. */
  composite?: true;
  /** It tells nobody: somebody switched its actions off. */
  muted?: true;
  /** Changes of its state, the newest first. Where they were asked for. */
  history?: AlarmChange[];
}

export interface AlarmChange {
  /** ISO 8601. */
  time: string;
  from: AlarmState;
  to: AlarmState;
  reason: string;
}

export interface AlarmOptions {
  /** With the changes since then, milliseconds since the epoch. */
  historySince?: number;
}

/** An alarm that was rung on purpose. */
export interface AlarmTest {
  alarm: string;
  /** Whom it tells: addresses of confirmed subscriptions. */
  told: string[];
  /** CloudWatch says that it sent the message. It may take longer to say so than the test waits. */
  sent: boolean;
  /** The state that it was put back into. */
  set_back_to: AlarmState;
}
