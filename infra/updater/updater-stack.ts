import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { FleetQueue } from '../fleet/fleet-queue.ts';
import { FleetRules } from '../fleet/fleet-rules.ts';
import { addOriginGroups, type OriginGroupsParts } from '../fleet/origin-groups.ts';
import { FleetTrail } from '../fleet/trail.ts';
import { alarmPropsOf } from '../monitoring/alarms.ts';
import { FleetDashboard } from '../monitoring/dashboard.ts';
import { UpdaterAlarms } from '../monitoring/updater-alarms.ts';
import { protectionOf, stackEnvironment } from '../settings/deployment-settings.ts';
import { JournalBucket } from './journal-bucket.ts';
import { OriginSecret } from './origin-secret.ts';
import type { SignInPlaces } from './updater-environment.ts';
import { UpdaterFunction } from './updater-function.ts';

/**
 * Long enough to read a full store from scratch: 36,000 hostnames on 730 pages, one after the other, take 37 s at 50 ms per page.
 * Listings of the fleet leave room for that (updater/run/reconcile.ts). The next run has a mirror.
 */
const WRITER_TIMEOUT = Duration.seconds(60);

/** Props of {@link UpdaterStack}. */
export interface UpdaterStackProps extends OriginGroupsParts {
  /** The built updater. */
  updaterCode: lambda.Code;
  /** The route store. Its stack may be in another region. */
  keyValueStoreArn: string;
  /** The bucket for `_proxy/routes.json`. Its stack may be in another region. */
  siteBucketName: string;
  /** The router, for the dashboard. Its metrics are in us-east-1. */
  routerFunctionName: string;
  /** The router for our own pages, likewise. Absent: viewers do not sign in. */
  siteRouterFunctionName?: string;
  /** Resources of sign-in. Absent: viewers do not sign in. */
  signIn?: SignInPlaces;
}

/** The stack that follows the fleet: rules, queue, updater, journal, alarms and dashboard. */
export class UpdaterStack extends Stack {
  readonly queue: sqs.Queue;
  readonly journal: s3.Bucket;
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: UpdaterStackProps) {
    const { settings } = props;
    const { deployment, homeRegion } = settings;
    super(scope, id, {
      stackName: id,
      env: stackEnvironment(settings, homeRegion),
      ...protectionOf(settings),
      // Weak references (cdk.json) read outputs of the edge stack at deployment, without custom resources.
      crossRegionReferences: true,
      description: `dynamic-edge-proxy ${deployment}: event rules, queue, updater, journal`,
    });
    const fleet = new FleetQueue(this, 'Fleet', WRITER_TIMEOUT);
    new FleetRules(this, 'Rules', { ...fleet, messageGroupId: FleetQueue.GROUP });
    const journal = new JournalBucket(this, 'Journal', settings.signIn !== undefined);
    const { secret } = new OriginSecret(this, 'Origin', deployment);
    const updater = new UpdaterFunction(this, 'Updater', {
      settings,
      code: props.updaterCode,
      queue: fleet.queue,
      timeout: WRITER_TIMEOUT,
      keyValueStoreArn: props.keyValueStoreArn,
      // Under exactOptionalPropertyTypes the CDK's own class does not fit its own interface.
      journal: journal as s3.IBucket,
      siteBucketName: props.siteBucketName,
      originSecretArn: secret.secretArn,
      ...(props.signIn ? { signIn: props.signIn } : {}),
    });
    this.queue = fleet.queue;
    this.journal = journal;
    this.function = updater.function;
    if (settings.createTrail) new FleetTrail(this, 'Trail', deployment);
    addOriginGroups(this, props, { region: homeRegion });
    this.watch(props, fleet);
    this.addOutputs(props, { fleet, updater, secretArn: secret.secretArn });
  }

  private watch(
    { settings, routerFunctionName, siteRouterFunctionName }: UpdaterStackProps,
    fleet: FleetQueue,
  ): void {
    const { deployment, monitoring } = settings;
    const watched = { deployment, monitoring, queue: fleet.queue, updater: this.function };
    const { alarms } = new UpdaterAlarms(this, 'Alarms', { ...alarmPropsOf(settings), ...fleet, ...watched });
    new FleetDashboard(this, 'Dashboard', {
      ...{ ...watched, alarms },
      routerFunctionName,
      ...(siteRouterFunctionName ? { siteRouterFunctionName } : {}),
    });
  }

  /** Outputs by which the runbook and the command line find resources. */
  private addOutputs(props: UpdaterStackProps, { fleet, updater, secretArn }: OutputParts): void {
    const outputs = {
      KeyValueStoreArn: props.keyValueStoreArn,
      RouterFunctionName: props.routerFunctionName,
      JournalBucketName: this.journal.bucketName,
      OriginSecretArn: secretArn,
      UpdaterFunctionName: updater.function.functionName,
      UpdaterLogGroupName: updater.logGroup.logGroupName,
      QueueUrl: fleet.queue.queueUrl,
      DeadLettersUrl: fleet.deadLetters.queueUrl,
      UndeliveredUrl: fleet.undelivered.queueUrl,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

interface OutputParts {
  fleet: FleetQueue;
  updater: UpdaterFunction;
  secretArn: string;
}
