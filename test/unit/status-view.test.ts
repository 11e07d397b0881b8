import { expect } from 'chai';
import { renderStatus } from '../../src/render/status.ts';
import { createStyle } from '../../src/render/style.ts';

const NOW = new Date(2026, 10, 24, 14, 5).getTime();

describe('status for a person', () => {
  it('tells moments on the clock of this machine, and all else as it is', () => {
    const report = {
      target: 'aws',
      stage: 'dev',
      endpoint: 'https://a.example.com/v1',
      health: 'healthy',
      version: '',
      details: {
        tasks_running: 1,
        key_created_at: new Date(2026, 10, 23, 9, 30).toISOString(),
        last_deployment: new Date(2026, 10, 24, 13, 0, 59).toISOString(),
        deployed_by: '2026-11-24T13:00:59Z and a name',
      },
    };
    const lines = renderStatus(report, { style: createStyle(false), now: NOW }, (text) => text);
    expect(lines).to.deep.equal([
      'target           aws',
      'stage            dev',
      'endpoint         https://a.example.com/v1',
      'health           healthy',
      'tasks running    1',
      'key created at   11-23 09:30',
      'last deployment  13:00',
      'deployed by      2026-11-24T13:00:59Z and a name',
    ]);
  });

  it('colours what is well and what rings', () => {
    const report = (health: string, alarms_ringing: string) => {
      const all = { target: 'aws', stage: 'dev', endpoint: 'x', health, details: { alarms_ringing } };
      return renderStatus(all, { style: createStyle(true), now: NOW }, (text) => text).join('\n');
    };
    expect(report('healthy', 'none')).to.include('\x1b[32mhealthy').and.include('\x1b[32mnone');
    expect(report('unknown', 'mcp-dev-5xx')).to.include('\x1b[33munknown').and.include('\x1b[31mmcp-dev-5xx');
  });
});
