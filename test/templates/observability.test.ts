import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { HEALTH_PATH, METRIC_NAMESPACE, metricNames } from '../../server/names.ts';
import { parseTemplate } from '../../src/stack/compose/cfn-yaml.ts';
import { ALARM_PERIOD_MS, ALARM_RULES, LATENCY_SHARE } from '../../src/targets/alarm-rules.ts';
import { isRequestLine, requestLine } from '../../src/targets/local/request-line.ts';
import { parseLogLine } from '../../src/targets/log-line-parser.ts';
import { filterPattern } from '../support/functions/filter-pattern.ts';
import { realLog } from '../support/functions/real-log.ts';

interface Resource {
  Type: string;
  Condition?: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever stands in the template
  Properties: any;
}

const text = await readFile('templates/app/observability.yaml', 'utf8');
const resources = Object.entries(parseTemplate(text).Resources as unknown as Record<string, Resource>);

/** What `!Sub` makes of a text for the stage `dev`. */
const sub = (value: unknown): string => {
  const template = typeof value === 'string' ? value : (value as { 'Fn::Sub': string })['Fn::Sub'];
  return template.replace(/\$\{Stage\}/g, 'dev');
};

const filters = resources
  .filter(([, { Type }]) => Type === 'AWS::Logs::MetricFilter')
  .map(([id, { Properties }]) => {
    const [transformation] = Properties.MetricTransformations;
    return {
      id,
      group: Properties.LogGroupName.Ref as string,
      pattern: filterPattern(Properties.FilterPattern),
      metric: sub(transformation.MetricName),
      namespace: transformation.MetricNamespace as string,
      value: transformation.MetricValue as string,
    };
  });

describe('metric filters', () => {
  it('write exactly the metrics that names.ts knows', () => {
    expect(filters.map(({ metric }) => metric)).to.have.members(Object.values(metricNames('dev')));
    for (const { namespace } of filters) expect(namespace).to.equal(METRIC_NAMESPACE);
  });

  describe('on lines that the real server wrote', () => {
    let lines: string[];
    before(async () => {
      lines = await realLog();
    });

    /** The values that the metric gets. */
    const values = (metric: keyof ReturnType<typeof metricNames>): number[] => {
      const filter = filters.find((candidate) => candidate.metric === metricNames('dev')[metric])!;
      const field = filter.value.startsWith('$.') ? filter.value.slice(2) : undefined;
      return lines
        .filter(filter.pattern.matches)
        .map((line) => (field === undefined ? Number(filter.value) : JSON.parse(line)[field]));
    };
    /** The same requests as `mcp-s3 alarms` and `metrics` see them in the local log. */
    const seen = () =>
      lines.map((line) => requestLine(parseLogLine(line))).filter((line) => line !== undefined);

    it('name only fields that those lines have', () => {
      const fields = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line))));
      for (const { id, group, pattern, value } of filters) {
        if (group !== 'LogGroup') continue;
        for (const field of pattern.fields) expect(fields.has(field), `${id}: ${field}`).to.equal(true);
        if (value.startsWith('$.')) expect(fields.has(value.slice(2)), `${id}: ${value}`).to.equal(true);
      }
    });

    it('count every request but health checks', () => {
      expect(values('requests')).to.have.length(seen().length).above(7);
      expect(lines.filter((line) => line.includes(`"route":"${HEALTH_PATH}"`))).to.have.length(2);
    });

    it('count answers of 5XX as the local alarm does', () => {
      expect(values('serverErrors')).to.have.length(seen().filter(({ status }) => status >= 500).length);
      expect(values('serverErrors')).to.deep.equal([1]);
    });

    it('count errors beside requests as the local alarm does', () => {
      const errors = lines.map((line) => parseLogLine(line)).filter((line) => line.level === 'error');
      const causes = errors.filter((line) => !isRequestLine(line));
      expect(values('errorLogs')).to.have.length(causes.length).above(0);
    });

    it("measure the service's own time, and not that of a client who left", () => {
      const measured = seen().flatMap(({ serviceMs }) => (serviceMs === undefined ? [] : [serviceMs]));
      expect(values('serviceMilliseconds')).to.deep.equal(measured);
      expect(measured).to.have.length(seen().length - 1);
    });

    it('measure the wait for the model', () => {
      const waits = seen().flatMap(({ modelMs }) => (modelMs === undefined ? [] : [modelMs]));
      expect(values('modelMilliseconds')).to.deep.equal(waits);
      expect(waits).to.not.be.empty;
    });

    it('count the tokens of the model', () => {
      const total = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0);
      expect(total(values('inputTokens')))
        .to.equal(total(seen().map(({ inputTokens }) => inputTokens)))
        .above(0);
      expect(total(values('outputTokens')))
        .to.equal(total(seen().map(({ outputTokens }) => outputTokens)))
        .above(0);
    });
  });

  it('count what API Gateway answered by its access log', async () => {
    const api = parseTemplate(await readFile('templates/app/api.yaml', 'utf8')).Resources;
    const stage = api.ApiStage as unknown as { Properties: { AccessLogSetting: { Format: string } } };
    const line = (status: number) =>
      stage.Properties.AccessLogSetting.Format.replace('$context.status', String(status)).replace(
        /\$context\.[\w.]+/g,
        '-',
      );
    const counted = (metric: keyof ReturnType<typeof metricNames>) => {
      const { pattern } = filters.find((filter) => filter.metric === metricNames('dev')[metric])!;
      return [200, 403, 404, 429, 500, 502, 503, 504].filter((status) => pattern.matches(line(status)));
    };
    expect(counted('forbidden')).to.deep.equal([403]);
    expect(counted('throttled')).to.deep.equal([429]);
    expect(counted('failures')).to.deep.equal([500, 502, 504]);
  });
});

describe('alarms', () => {
  const alarms = resources
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm' || Type === 'AWS::CloudWatch::CompositeAlarm')
    .map(([id, { Type, Properties }]) => ({ id, Type, Properties, name: sub(Properties.AlarmName) }));
  const alarm = (name: string) => alarms.find((candidate) => candidate.name === name)!.Properties;

  it('have the names that the command line looks for', () => {
    const ids = [
      ...Object.keys(ALARM_RULES),
      ...['unavailable', 'model-latency', 'forbidden', 'throttled', 'queue-age', 'dead-letters'],
      ...['upload-errors', 'unhealthy-targets', 'keeper-errors', 'health'],
    ];
    expect(alarms.map(({ name }) => name)).to.have.members([
      ...ids.map((id) => `mcp-dev-${id}`),
      'scaling-mcp-dev-wake',
    ]);
  });

  for (const rule of Object.values(ALARM_RULES)) {
    it(`${rule.id} has the figures and the meaning of its local twin`, () => {
      const { Threshold, EvaluationPeriods, Period, AlarmDescription, TreatMissingData } = alarm(
        `mcp-dev-${rule.id}`,
      );
      expect(Threshold).to.equal(rule.threshold);
      expect(EvaluationPeriods * Period * 1000).to.equal(ALARM_PERIOD_MS);
      expect(TreatMissingData).to.equal('notBreaching');
      expect(sub(AlarmDescription).startsWith(rule.description)).to.equal(true);
    });
  }

  it('latency looks at the share of requests that its local twin looks at, and rings above the threshold', () => {
    expect(alarm('mcp-dev-latency')).to.include({
      ExtendedStatistic: `p${LATENCY_SHARE * 100}`,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    for (const id of ['5xx', 'error-logs']) {
      expect(alarm(`mcp-dev-${id}`).ComparisonOperator).to.equal('GreaterThanOrEqualToThreshold');
    }
  });

  it('each say what they mean and what to type, in one mail', () => {
    for (const { name, Properties } of alarms) {
      const description = sub(Properties.AlarmDescription);
      expect(description.length, name).to.be.within(60, 1024);
      if (!name.startsWith('scaling-'))
        expect(description, name).to.match(/mcp-s3 [a-z]+ (list )?--stage dev/);
    }
  });

  it('each mail to the topic, but the light above them and the one that only wakes', () => {
    for (const { name, Properties } of alarms) {
      const quiet = name === 'mcp-dev-health' || name.startsWith('scaling-');
      expect(Properties.AlarmActions, name).to.deep.equal(quiet ? undefined : [{ Ref: 'Topic' }]);
    }
  });

  it('look only at metrics of ours that a filter writes', () => {
    const written = new Set(filters.map(({ metric }) => metric));
    const looked = JSON.stringify(resources).match(/\$\{Stage\}\/\w+/g) ?? [];
    expect(looked.length).to.be.above(filters.length);
    for (const metric of looked) expect(written.has(sub(metric)), metric).to.equal(true);
  });
});

describe('dashboard', () => {
  it('is JSON, its widgets do not overlap, and it shows what there is', () => {
    const body = sub(resources.find(([id]) => id === 'Dashboard')![1].Properties.DashboardBody);
    const { widgets } = JSON.parse(body.replace(/\$\{[\w.:]+\}/g, 'x')) as {
      widgets: { x: number; y: number; width: number; height: number }[];
    };
    const cells = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      expect(x + width).to.be.at.most(24);
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) cells.add(`${column},${row}`);
      }
    }
    expect(cells.size).to.equal(widgets.reduce((sum, { width, height }) => sum + width * height, 0));
    const { unserved: _, ...shown } = metricNames('dev');
    for (const metric of Object.values(shown)) expect(body).to.include(`"${metric}"`);
  });
});
