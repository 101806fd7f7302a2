import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Monitoring } from '../../core/metrics.ts';
import { acceptFindings } from '../accept.ts';
import { namePrefix } from '../names.ts';
import type { DeploymentSettings } from '../settings/deployment-settings.ts';
import { type AlarmId, descriptionOf, isDeployed } from './alarm-table.ts';

/** Props of {@link Alarms}. */
export interface AlarmsProps {
  deployment: string;
  /** Which alarms there are. */
  monitoring: Monitoring;
  /** Address that is told when an alarm starts and when it ends. */
  email?: string;
}

/** The settings of alarms. */
export function alarmPropsOf({ deployment, monitoring, alarmEmail }: DeploymentSettings): AlarmsProps {
  return { deployment, monitoring, ...(alarmEmail === undefined ? {} : { email: alarmEmail }) };
}

/** The condition of an alarm. */
export interface AlarmRule {
  metric: cloudwatch.IMetric;
  /** The alarm starts at this value and above; with `below`, under it. */
  threshold: number;
  below?: true;
  /** How many of how many periods. */
  periods: readonly [bad: number, of: number];
  /** The meaning of missing data. Most metrics are sent only when something happens. */
  silence?: 'bad' | 'good';
}

/** The alarms of one region and their topic: an alarm cannot notify a topic of another region. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;
  /** In the order of {@link add}. */
  readonly alarms: cloudwatch.Alarm[] = [];
  readonly #deployment: string;
  readonly #monitoring: Monitoring;

  constructor(scope: Construct, id: string, { deployment, monitoring, email }: AlarmsProps) {
    super(scope, id);
    this.#deployment = deployment;
    this.#monitoring = monitoring;
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: `dynamic-edge-proxy ${deployment}`,
      enforceSSL: true,
    });
    this.topic.addToResourcePolicy(publishStatement(this.topic));
    acceptFindings(this.topic, {
      SNS2: 'carries names of alarms only; CloudWatch cannot use the AWS-managed key, and a key of our own costs more than the alarms',
    });
    new CfnOutput(this, 'TopicArn', {
      value: this.topic.topicArn,
      description:
        'Topic that is notified when an alarm of this region starts and ends; subscribe chat and pagers to it',
    });
    if (email !== undefined) {
      new sns.Subscription(this, 'Email', {
        topic: this.topic as sns.ITopic,
        protocol: sns.SubscriptionProtocol.EMAIL,
        endpoint: email,
      });
    }
  }

  /** Adds an alarm, if the deployment has it. The topic is notified when it starts and when it ends. */
  add(id: AlarmId, { metric, threshold, below, periods: [bad, of], silence = 'good' }: AlarmRule): void {
    if (!isDeployed(id, this.#monitoring)) return;
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

/** A custom topic policy replaces the default one, so CloudWatch must be allowed explicitly, for alarms of this account. */
function publishStatement(topic: sns.Topic): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
  });
}
