import type { Cause } from '../../../src/doctor/causes.ts';
import type { SickStage } from './sick-stage.ts';

/** Something that breaks a stage, and what doctor has to say of it. */
export interface Break {
  cause: Cause;
  /** Id of the diagnosis that finds it. */
  check: string;
  /** `notice`: it works nevertheless. Default: broken. */
  state?: 'notice';
  /** What was done, for the table. */
  how: string;
  /**
   * `emulator`: it is really so there. `answer`: a proxy answers in its place as AWS does. `machine`: it is so on the
   * machine that doctor runs on.
   */
  by: 'emulator' | 'answer' | 'machine';
  make(stage: SickStage): Promise<void> | void;
  /**
   * How it is put right: `line`, the AWS command line that doctor prints; `fix`, by --fix; `both`, once each way;
   * `lifted`, what was done is undone, as the command of ours or the person that doctor names does it; `no`, it is
   * the last that is done to a stage.
   */
  repair: 'line' | 'fix' | 'both' | 'lifted' | 'no';
  lift?(stage: SickStage): Promise<void> | void;
}
