import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { METRICS, METRICS_DIMENSION, METRICS_NAMESPACE } from '../../../core/metrics.ts';
import { ALARMS } from '../../../infra/monitoring/alarm-table.ts';
import { templatesOf } from '../synth.ts';

const context = {
  public: 'true',
  homeRegion: 'eu-west-1',
  regions: 'eu-west-1,us-west-2',
  alarmEmail: 'platform@example.com',
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
    const router = alarmsOf(edge).map(({ MetricName, Dimensions }) => [MetricName, Dimensions]);
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

describe('the dashboard', () => {
  const [dashboard] = Object.values(updater.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.['Properties'].DashboardBody).replaceAll('\\"', '"');

  test('asks four questions', () => {
    const questions = [...body.matchAll(/## ([^"\\]+\?)/g)].map(([, question]) => question);
    expect(questions).toEqual(['Is it healthy?', 'How fast?', 'How full?', 'What does it cost?']);
  });

  test('shows our own metrics, nearly all of them', () => {
    const shown = new Set([...body.matchAll(/"DynamicEdgeProxy","(\w+)"/g)].map(([, name]) => name));
    expect([...shown].filter((name) => !(String(name) in METRICS))).toEqual([]);
    expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([]);
  });

  test("asks us-east-1 for the router's", () => {
    expect(body).toContain('"AWS/CloudFront","FunctionInvocations","FunctionName"');
    expect(body).toMatch(/"region":"us-east-1"/);
  });
});
