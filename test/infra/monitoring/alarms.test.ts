import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import {
  METRICS,
  METRICS_DIMENSION,
  METRICS_NAMESPACE,
  type MetricDefinition,
} from '../../../core/metrics.ts';
import { ALARMS, type AlarmDefinition } from '../../../infra/monitoring/alarm-table.ts';
import { SIGNED_IN, templatesOf } from '../synth.ts';

const context = {
  ...SIGNED_IN,
  homeRegion: 'eu-west-1',
  regions: 'eu-west-1,us-west-2',
  alarmEmail: 'platform@example.com',
  monitoring: 'full',
};
const { edge, updater, remotes } = templatesOf(context);
const templates = [edge, updater, ...remotes.values()];

interface MetricProperties {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: unknown }[];
}

interface AlarmProperties extends MetricProperties {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: unknown[];
  OKActions: unknown[];
  TreatMissingData: string;
  Metrics?: { Expression?: string; MetricStat?: { Metric: MetricProperties } }[];
}

function alarmsOf(template: Template): AlarmProperties[] {
  return Object.values(template.findResources('AWS::CloudWatch::Alarm')).map((each) => each['Properties']);
}

const all = templates.flatMap(alarmsOf);
const named = (id: string) => all.filter(({ AlarmName }) => AlarmName === `edge-proxy-main-${id}`);

describe('alarms', () => {
  test('are those of the table, each of them deployed', () => {
    const ids = new Set(all.map(({ AlarmName }) => AlarmName.replace('edge-proxy-main-', '')));
    expect([...ids].sort()).toEqual(Object.keys(ALARMS).sort());
  });

  test.each(Object.keys(ALARMS))('lead to their section of the runbook: %s', (id) => {
    for (const { AlarmDescription } of named(id)) {
      expect(AlarmDescription).toMatch(new RegExp(`\\. Read docs/operate/runbook\\.md#${id}$`));
    }
  });

  test('notify a topic of their region when they start and end', () => {
    for (const { AlarmActions, OKActions } of all) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/AlarmsTopic/) }]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  test('on our own metrics use names that the updater sends', () => {
    const own = all.flatMap(({ Metrics = [], ...simple }) =>
      [simple, ...Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))].filter(
        ({ Namespace }) => Namespace === METRICS_NAMESPACE,
      ),
    );
    expect(own.length).toBeGreaterThan(5);
    for (const { MetricName, Dimensions } of own) {
      expect(Object.keys(METRICS)).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: METRICS_DIMENSION, Value: 'main' }]);
    }
  });

  test('treat missing data as good, except for the updater', () => {
    for (const { AlarmName, TreatMissingData } of all) {
      expect([AlarmName, TreatMissingData]).toEqual([
        AlarmName,
        AlarmName.endsWith('updater-silent') ? 'breaching' : 'notBreaching',
      ]);
    }
  });

  test('of the router are in us-east-1, for every home region', () => {
    const router = alarmsOf(edge)
      .filter(({ MetricName }) => MetricName?.startsWith('Function'))
      .map(({ MetricName, Dimensions }) => [MetricName, Dimensions]);
    const dimensions = [
      { Name: 'FunctionName', Value: expect.anything() },
      { Name: 'Region', Value: 'Global' },
    ];
    expect(router).toEqual([
      ['FunctionExecutionErrors', dimensions],
      ['FunctionValidationErrors', dimensions],
      ['FunctionThrottles', dimensions],
      ['FunctionComputeUtilization', dimensions],
    ]);
  });

  test('compare the 99th percentile with the limit of CloudFront: an average hides the requests of one viewer', () => {
    edge.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'FunctionComputeUtilization',
      ExtendedStatistic: 'p99',
      Statistic: Match.absent(),
      Threshold: 71,
    });
  });

  test('report a silent trail only if states change', () => {
    expect([METRICS.ApiCallEvents.sent, METRICS.StateChangeEvents.sent]).toEqual(['news', 'news']);
    const [silent] = named('api-calls-silent');
    expect(silent?.Metrics?.map(({ Expression }) => Expression).filter(Boolean)).toEqual([
      'IF(states >= 4 AND calls < 1, 1, 0)',
    ]);
  });
});

describe('their topics', () => {
  test.each(templates.map((template, index) => [index, template] as const))(
    'take messages from CloudWatch of this account, by TLS, and mail them: stack %i',
    (_, template) => {
      template.hasResourceProperties('AWS::SNS::Subscription', {
        Protocol: 'email',
        Endpoint: 'platform@example.com',
      });
      const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
      const statements: { Effect: string; Principal: unknown; Condition: unknown }[] =
        policy?.['Properties'].PolicyDocument.Statement;
      expect(statements.map(({ Effect, Principal, Condition }) => [Effect, Principal, Condition])).toEqual(
        expect.arrayContaining([
          [
            'Allow',
            { Service: 'cloudwatch.amazonaws.com' },
            { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          ],
          ['Deny', '*', { Bool: { 'aws:SecureTransport': 'false' } }],
        ]),
      );
    },
  );

  test.each(templates.map((template, index) => [index, template] as const))(
    'are outputs, for chat and pagers to subscribe to: stack %i',
    (_, template) => {
      const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
      const values = Object.values(template.findOutputs('*')).map(({ Value }) => Value);
      expect(values).toContainEqual({ Ref: topic });
    },
  );

  test('send mail only to a configured address', () => {
    for (const template of Object.values(templatesOf({ public: 'true' })).slice(0, 2) as Template[]) {
      template.resourceCountIs('AWS::SNS::Subscription', 0);
    }
  });
});

/** The widgets of a template's only dashboard. */
function dashboardIn(template: Template): string {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  return JSON.stringify(dashboard?.['Properties'].DashboardBody).replaceAll('\\"', '"');
}

/** The metrics of a CloudFront function that a dashboard reads. */
function metricsOf(body: string, functionName: string): (string | undefined)[] {
  const found = body.matchAll(/\["AWS\/CloudFront","(\w+)","FunctionName","([^"]+)"/g);
  return [...found].flatMap(([, metric, name]) => (name === functionName ? [metric] : []));
}

/** The expressions of a dashboard by their labels. */
function expressionsIn(body: string): Record<string, string> {
  const found = body.matchAll(/"label":"([^"]+)","expression":"([^"]+)"/g);
  return Object.fromEntries([...found].map(([, label = '', expression = '']) => [label, expression]));
}

describe('the dashboard', () => {
  const body = dashboardIn(updater);

  test('asks four questions', () => {
    const questions = [...body.matchAll(/## ([^"\\]+\?)/g)].map(([, question]) => question);
    expect(questions).toEqual(['Is it healthy?', 'How fast?', 'How full?', 'What does it cost?']);
  });

  test('shows our own metrics, nearly all of them', () => {
    const shown = new Set([...body.matchAll(/"DynamicEdgeProxy","(\w+)"/g)].map(([, name]) => name));
    expect([...shown].filter((name) => !(String(name) in METRICS))).toEqual([]);
    expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([]);
  });

  test('shows the site router beside the router, and counts its requests as costs', () => {
    const metrics = metricsOf(body, 'edge-proxy-main-router');
    expect(metrics).toEqual([
      ...['FunctionExecutionErrors', 'FunctionValidationErrors', 'FunctionThrottles'],
      // The calls are in the costs and in a graph of their own.
      ...['FunctionComputeUtilization', 'FunctionInvocations', 'FunctionInvocations'],
    ]);
    expect(metricsOf(body, 'edge-proxy-main-site-router')).toEqual(metrics);
    expect(expressionsIn(body)).toEqual({
      'store API calls': '(writes) * 1 / 1000',
      requests: '(FILL(apps, 0) + FILL(ours, 0)) * 0.01 / 10000',
      router: '(FILL(apps, 0) + FILL(ours, 0)) * 0.1 / 1000000',
      'store reads': '(2 * FILL(apps, 0) + FILL(ours, 0)) * 0.03 / 1000000',
      updater: '(runs) * 0.2 / 1000000',
    });
  });

  test('without sign-in shows one router, which each request runs and which reads the store once', () => {
    const open = dashboardIn(templatesOf({ public: 'true' }).updater);
    expect(metricsOf(open, 'edge-proxy-main-site-router')).toEqual([]);
    expect(expressionsIn(open)).toMatchObject({
      requests: '(apps) * 0.01 / 10000',
      router: '(apps) * 0.1 / 1000000',
      'store reads': '(apps) * 0.03 / 1000000',
    });
  });

  test("asks us-east-1 for the router's", () => {
    expect(body).toContain('"AWS/CloudFront","FunctionInvocations","FunctionName"');
    expect(body).toMatch(/"region":"us-east-1"/);
  });
});

/** Alarms of templates as CloudWatch bills them: one for each metric that an alarm reads. */
function billedAlarms(some: readonly Template[]): number {
  const readsOf = ({ Metrics }: AlarmProperties) =>
    Metrics === undefined ? 1 : Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
  return some.flatMap(alarmsOf).reduce((sum, alarm) => sum + readsOf(alarm), 0);
}

/** Graphs of a dashboard, each of one metric. A metric that two graphs show counts twice, which is rather too many. */
const countGraphs = (body: string) => [...body.matchAll(/\["(?:AWS\/\w+|DynamicEdgeProxy)","\w+"/g)].length;

describe('basic monitoring', () => {
  const basic = templatesOf(SIGNED_IN);
  const basicTemplates = [basic.edge, basic.updater];
  const basicMetrics = Object.entries<MetricDefinition>(METRICS).filter(([, { otherwise }]) => !otherwise);

  test('is the default, and has the alarms without another sign of the same fault', () => {
    const ids = basicTemplates
      .flatMap(alarmsOf)
      .map(({ AlarmName }) => AlarmName.replace('edge-proxy-main-', ''));
    const expected = Object.entries<AlarmDefinition>(ALARMS).filter(([, { otherwise }]) => !otherwise);
    expect(ids.sort()).toEqual(expected.map(([id]) => id).sort());
  });

  test('stays within the ten alarms and ten metrics that are free, with sign-in or one further region', () => {
    expect(billedAlarms(basicTemplates)).toBeLessThanOrEqual(10);
    const twoRegions = templatesOf({
      public: 'true',
      homeRegion: 'eu-west-1',
      regions: 'eu-west-1,us-east-1',
    });
    expect(
      billedAlarms([twoRegions.edge, twoRegions.updater, ...twoRegions.remotes.values()]),
    ).toBeLessThanOrEqual(10);
    expect(basicMetrics.length).toBeLessThanOrEqual(10);
  });

  test('has one alarm more than the free ten with sign-in and a further region (docs/decisions/0429)', () => {
    const both = templatesOf({ ...SIGNED_IN, homeRegion: 'eu-west-1', regions: 'eu-west-1,us-east-1' });
    expect(billedAlarms([both.edge, both.updater, ...both.remotes.values()])).toBe(11);
  });

  test('bills an alarm for each metric, also if one alarm reads several', () => {
    const one = templatesOf({ ...SIGNED_IN, monitoring: 'full' });
    expect([one.edge, one.updater].flatMap(alarmsOf)).toHaveLength(Object.keys(ALARMS).length);
    expect(billedAlarms([one.edge, one.updater])).toBe(21);
    expect(Object.keys(METRICS)).toHaveLength(18);
  });

  test('watches and shows only metrics that the updater sends', () => {
    const names = basicMetrics.map(([name]) => name);
    const watched = basicTemplates
      .flatMap(alarmsOf)
      .filter(({ Namespace }) => Namespace === METRICS_NAMESPACE);
    const shown = [...dashboardIn(basic.updater).matchAll(/"DynamicEdgeProxy","(\w+)"/g)].map(
      ([, name]) => name,
    );
    for (const name of [...watched.map(({ MetricName }) => MetricName), ...shown])
      expect(names).toContain(name);
    expect([...new Set(shown)].sort()).toEqual(names.sort());
  });

  test('has a dashboard of at most 50 metrics, as full monitoring has: three such dashboards are free', () => {
    expect(countGraphs(dashboardIn(basic.updater))).toBeGreaterThan(15);
    expect(countGraphs(dashboardIn(updater))).toBeGreaterThan(countGraphs(dashboardIn(basic.updater)));
    expect(countGraphs(dashboardIn(updater))).toBeLessThanOrEqual(50);
    for (const template of [...basicTemplates, ...templates])
      expect(Object.keys(template.findResources('AWS::CloudWatch::Dashboard')).length).toBeLessThanOrEqual(1);
  });

  test('has no alarm of sign-in without sign-in', () => {
    const open = templatesOf({ public: 'true', monitoring: 'full' });
    const ids = [open.edge, open.updater]
      .flatMap(alarmsOf)
      .map(({ AlarmName }) => AlarmName.replace('edge-proxy-main-', ''));
    const expected = Object.entries<AlarmDefinition>(ALARMS).filter(([, { signIn }]) => !signIn);
    expect(ids.sort()).toEqual(expected.map(([id]) => id).sort());
  });

  test('has no composite alarm, which is not in the free tier', () => {
    for (const template of [...basicTemplates, ...templates])
      template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
  });
});
