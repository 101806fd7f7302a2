import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';
import { namePrefix } from '../names.ts';
import type { DeploymentSettings } from '../settings/deployment-settings.ts';
import { type AlarmId, descriptionOf } from './alarm-table.ts';

/** Props of {@link Alarms}. */
export interface AlarmsProps {
  deployment: string;
  /** Gets every alarm and its end. */
  email?: string;
}

/** What the settings say of alarms. */
export function alarmPropsOf({ deployment, alarmEmail }: DeploymentSettings): AlarmsProps {
  return { deployment, ...(alarmEmail === undefined ? {} : { email: alarmEmail }) };
}

/** When an alarm rings. */
export interface AlarmRule {
  metric: cloudwatch.IMetric;
  /** Rings at this value and above; with `below`, under it. */
  threshold: number;
  below?: true;
  /** How many of how many periods. */
  periods: readonly [bad: number, of: number];
  /** What no data means. Most metrics are sent only when there is something to say. */
  silence?: 'bad' | 'good';
}

/** Alarms of one region and the topic that they go to: an alarm can't notify a topic of another region. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;
  /** In the order of {@link add}. */
  readonly alarms: cloudwatch.Alarm[] = [];
  readonly #deployment: string;

  constructor(scope: Construct, id: string, { deployment, email }: AlarmsProps) {
    super(scope, id);
    this.#deployment = deployment;
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: `dynamic-edge-proxy ${deployment}`,
      enforceSSL: true,
    });
    this.topic.addToResourcePolicy(publishStatement(this.topic));
    acceptFindings(this.topic, {
      SNS2: 'carries names of alarms; CloudWatch cannot use the AWS key, and one of our own costs more than the alarms',
    });
    new CfnOutput(this, 'TopicArn', {
      value: this.topic.topicArn,
      description:
        'Tells when an alarm of this region rings and when it is over; for chat and pagers to subscribe to',
    });
    if (email !== undefined) {
      new sns.Subscription(this, 'Email', {
        topic: this.topic as sns.ITopic,
        protocol: sns.SubscriptionProtocol.EMAIL,
        endpoint: email,
      });
    }
  }

  /** One alarm, whose section of the runbook is its id. It tells when it rings and when it is over. */
  add(id: AlarmId, { metric, threshold, below, periods: [bad, of], silence = 'good' }: AlarmRule): void {
    const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
    const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmName: `${namePrefix(this.#deployment)}-${id}`,
      alarmDescription: descriptionOf(id),
      metric,
      threshold,
      comparisonOperator: below ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      datapointsToAlarm: bad,
      evaluationPeriods: of,
      treatMissingData: silence === 'bad' ? BREACHING : NOT_BREACHING,
    });
    const action = { bind: () => ({ alarmActionArn: this.topic.topicArn }) };
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.alarms.push(alarm);
  }
}

/** A policy of one's own replaces the default one: CloudWatch has to be let in by name, for our account's alarms. */
function publishStatement(topic: sns.Topic): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
  });
}
