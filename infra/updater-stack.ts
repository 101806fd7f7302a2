import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { FleetQueue } from './fleet-queue.ts';
import { FleetRules } from './fleet-rules.ts';
import { JournalBucket } from './journal-bucket.ts';
import { type DeploymentSettings, environmentIn } from './settings.ts';
import { UpdaterFunction } from './updater-function.ts';

/** Long enough to read a full store from scratch: 25,000 entries are 500 pages, one after the other. */
const WRITER_TIMEOUT = Duration.seconds(60);

/** Props of {@link UpdaterStack}. */
export interface UpdaterStackProps {
  settings: DeploymentSettings;
  /** The built updater. */
  updaterCode: lambda.Code;
  /** The store to keep equal to the fleet; may belong to a stack in another region. */
  keyValueStoreArn: string;
  /** Gets `_proxy/routes.json`; may belong to a stack in another region. */
  siteBucketName: string;
}

/** What follows the fleet: rules, queue, updater and journal. */
export class UpdaterStack extends Stack {
  constructor(scope: Construct, id: string, props: UpdaterStackProps) {
    const { settings } = props;
    super(scope, id, {
      env: environmentIn(settings, settings.homeRegion),
      // As weak references (cdk.json): outputs of the edge stack, read at deployment, without custom resources.
      crossRegionReferences: true,
      description: `dynamic-edge-proxy ${settings.owner}: event rules, queue, updater, journal`,
    });
    const { queue } = new FleetQueue(this, 'Fleet', WRITER_TIMEOUT);
    new FleetRules(this, 'Rules', queue, FleetQueue.GROUP);
    const journal = new JournalBucket(this, 'Journal');
    new UpdaterFunction(this, 'Updater', {
      code: props.updaterCode,
      queue,
      timeout: WRITER_TIMEOUT,
      owner: settings.owner,
      baseDomain: settings.domain?.baseDomain ?? '',
      regions: settings.regions,
      policy: settings.policy,
      ...(settings.claims ? { claims: settings.claims } : {}),
      keyValueStoreArn: props.keyValueStoreArn,
      journal,
      siteBucketName: props.siteBucketName,
    });
    new CfnOutput(this, 'JournalBucketName', { value: journal.bucketName });
  }
}
