import { expect } from 'chai';
import { mayNot } from '../../src/aws/aws-error.ts';
import { allows } from '../../src/aws/security-groups.ts';
import type { Diagnosis, Finding, Result } from '../../src/doctor/diagnosis.ts';
import { causeOfEvent, causeOfStop, type StopPlace } from '../../src/doctor/stop-reasons.ts';
import { diagnose } from '../../src/doctor/walk.ts';
import { renderDoctor, verdict } from '../../src/render/doctor.ts';
import { createStyle } from '../../src/render/style.ts';
import { ORDINARY_ENDS, ROLE_GONE, STOPS, type Stop } from '../support/doctor/stops.ts';

const { signal } = new AbortController();
const at: StopPlace = {
  place: '--stage dev --region eu-central-1',
  region: 'eu-central-1',
  stack: 'mcp-dev',
  vpc: 'vpc-1',
  logGroup: '/mcp-s3/dev',
  memory: 1024,
  otherPlatform: 'linux/amd64',
};
const good: Finding = { state: 'good', seen: 'well' };
const broken: Finding = {
  state: 'broken',
  cause: 'role',
  says: 'it is broken',
  evidence: ['e'],
  remedy: ['r'],
};
const absent: Finding = { state: 'absent', seen: 'there is none' };

function made(id: string, needs: string[], look: () => Finding): Diagnosis<unknown> {
  return { id, title: `the ${id}`, needs, look: async () => look() };
}

describe('causes of stopped tasks', () => {
  for (const [cause, [reason, exitCode, of]] of Object.entries(STOPS) as [string, Stop][]) {
    it(`tells ${cause} from ECS's words`, () => {
      const words = [reason, of].filter(Boolean).join('; ');
      expect(causeOfStop(words, exitCode, at)?.cause).to.equal(cause);
    });
  }

  for (const words of ORDINARY_ENDS) {
    it(`calls no failure: ${JSON.stringify(words)}`, () => {
      expect(causeOfStop(words, 143, at)).to.equal(undefined);
    });
  }

  it('knows a container that was told to stop from one that crashed', () => {
    expect(causeOfStop('Essential container in task exited', undefined, at)).to.equal(undefined);
  });

  it('reads service events, of which most tell of no failure', () => {
    expect(causeOfEvent(ROLE_GONE, at)?.cause).to.equal('role');
    for (const message of [
      '(service mcp-dev) has reached a steady state.',
      '(service mcp-dev) has started 1 tasks: (task 1a2b).',
      '(service mcp-dev) registered 1 targets in (target-group arn:aws:elasticloadbalancing:x)',
      '(service mcp-dev) has stopped 1 running tasks: (task 1a2b).',
      '(service mcp-dev) deployment ecs-svc/1 deployment completed.',
    ]) {
      expect(causeOfEvent(message, at), message).to.equal(undefined);
    }
  });
});

describe('rules of firewalls', () => {
  const rule = { protocol: 'tcp', from: 80, to: 90, peer: 'sg-1' };
  it('let through what is within ports, protocol and peer', () => {
    expect(allows([rule], 80, 'sg-1')).to.equal(true);
    expect(allows([rule], 90, 'sg-1')).to.equal(true);
    expect(allows([rule], 91, 'sg-1')).to.equal(false);
    expect(allows([rule], 80, 'sg-2')).to.equal(false);
    expect(allows([{ ...rule, protocol: 'udp' }], 80, 'sg-1')).to.equal(false);
    expect(allows([{ protocol: '-1', from: undefined, to: undefined, peer: 'sg-1' }], 7, 'sg-1')).to.equal(
      true,
    );
    expect(allows([{ ...rule, peer: '0.0.0.0/0' }], 80, 'sg-2')).to.equal(true);
    expect(allows([], 80, 'sg-1')).to.equal(false);
  });
});

describe('the walk of doctor', () => {
  it('stops behind a break, and names it however far back it is', async () => {
    const results = await diagnose(
      [
        made('a', [], () => broken),
        made('b', ['a'], () => expect.fail('it was looked at')),
        made('c', ['b'], () => expect.fail('it was looked at')),
        made('d', [], () => good),
      ],
      undefined,
      signal,
    );
    expect(results.map(({ state }) => state)).to.deep.equal(['broken', 'not_reached', 'not_reached', 'good']);
    expect(results[2]).to.include({ because: 'a' });
  });

  it('looks on behind what it could not look at, and says what that needs', async () => {
    const results = await diagnose(
      [
        made('a', [], () => {
          throw mayNot('ec2:DescribeSecurityGroups');
        }),
        made('b', ['a'], () => good),
      ],
      undefined,
      signal,
    );
    expect(results[0]).to.deep.include({
      state: 'unknown',
      says: 'could not look: needs ec2:DescribeSecurityGroups',
      needs: 'ec2:DescribeSecurityGroups',
    });
    expect(results[1]!.state).to.equal('good');
  });

  it('takes what belongs to an absent part for absent', async () => {
    const parts = [made('a', [], () => absent), made('b', ['a'], () => broken)];
    const results = await diagnose(parts, undefined, signal);
    expect(results.map(({ state }) => state)).to.deep.equal(['absent', 'absent']);
  });

  it('hides no bug of ours as something that cannot be known', async () => {
    const bug = made('a', [], () => {
      throw new TypeError('a bug');
    });
    const error = await diagnose([bug], undefined, signal).catch((caught) => caught);
    expect(error).to.be.instanceOf(TypeError);
  });

  it('is told of an order that is none', async () => {
    const parts = [made('a', ['b'], () => good), made('b', [], () => good)];
    const error = await diagnose(parts, undefined, signal).catch((caught) => caught);
    expect(error.message).to.include('a needs b');
  });
});

describe('what doctor shows', () => {
  const style = createStyle(false);
  const results = [
    { id: 'a', title: 'the first', ...broken, evidence: ['one', 'two'], remedy: ['aws do --it'] },
    { id: 'b', title: 'the second one', state: 'not_reached' as const, because: 'a' },
    { id: 'c', title: 'the third', ...good },
  ];

  const shown = (width: number) => renderDoctor(results as Result[], { style, width, ellipsis: '…' });

  it('has what is broken last, with evidence and remedy', () => {
    expect(shown(Number.POSITIVE_INFINITY)).to.deep.equal([
      'BROKEN       the first       role',
      'not reached  the second one  behind the first',
      'good         the third       well',
      '',
      'BROKEN  the first  role',
      '  it is broken',
      '  seen  one',
      '        two',
      '  do    aws do --it',
    ]);
  });

  it('has one line for each look in a narrow terminal, and commands whole', () => {
    const lines = shown(44);
    expect(lines[1]).to.equal('not reached  the second one  behind the fir…');
    expect(lines).to.have.lengthOf(9).and.to.include('  do    aws do --it');
    expect(shown(36)[1]).to.equal('not reached  the second one');
    expect(shown(20)[1]).to.equal('not reached  the se…');
  });

  it('explains once what many could not look at', () => {
    const says = 'could not look: needs cloudformation:DescribeStacks';
    const needs = 'cloudformation:DescribeStacks';
    const denied = ['a', 'b', 'c'].map((id) => ({
      id,
      title: `the ${id}`,
      state: 'unknown' as const,
      says,
      needs,
    }));
    const lines = renderDoctor(denied, { style, width: Number.POSITIVE_INFINITY, ellipsis: '…' });
    expect(lines.slice(2)).to.deep.equal([
      `unknown  the c  needs ${needs}`,
      '',
      'unknown  the a, and 2 more',
      `  ${says}`,
    ]);
  });

  it('never calls well what was not seen', () => {
    const unknown = { id: 'd', title: 'd', state: 'unknown' as const, says: 'could not look' };
    expect(verdict([results[2]!, unknown] as Result[])).to.equal(
      'Nothing is known to be broken: 1 of 2 checks are good; 1 could not be looked at.',
    );
    expect(verdict(results as Result[])).to.equal('One thing is broken: the first.');
  });
});
