import { expect } from 'chai';
import { AWS_DIAGNOSES } from '../../src/doctor/aws-diagnoses.ts';
import { doctorChecks, HEALTH_ALARM, isStageAlarm } from '../../src/targets/alarm-guide.ts';
import { ALARM_RULES } from '../../src/targets/alarm-rules.ts';
import { ALARM_IDS } from '../../src/targets/alarm-words.ts';

describe('what goes with an alarm', () => {
  it('are checks that doctor has', () => {
    const known = AWS_DIAGNOSES.map(({ id }) => id);
    for (const id of ALARM_IDS) {
      expect(doctorChecks(id), id).not.to.be.empty;
      expect(known, id).to.include.members(doctorChecks(id));
    }
  });

  it('is known of the local alarms too', () => {
    expect(ALARM_IDS).to.include.members(Object.keys(ALARM_RULES));
  });

  it("is known of a stage's own alarms only", () => {
    expect(isStageAlarm(HEALTH_ALARM)).to.equal(true);
    expect(isStageAlarm('2-5xx')).to.equal(false);
  });
});
