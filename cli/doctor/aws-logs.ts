import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';

/**
 * The regions of the account in which a log group got lines within two weeks. CloudWatch has a metric for each of these groups, so
 * the doctor needs no client for CloudWatch Logs.
 */
export async function readLoggingRegions(logGroup: string): Promise<string[]> {
  const { Regions = [] } = await new EC2Client({ region: 'us-east-1' }).send(new DescribeRegionsCommand({}));
  const regions = Regions.flatMap(({ RegionName }) => RegionName ?? []);
  const hasLines = await Promise.all(regions.map((region) => hasMetric(region, logGroup)));
  return regions.filter((_, index) => hasLines[index]);
}

async function hasMetric(region: string, logGroup: string): Promise<boolean> {
  const command = new ListMetricsCommand({
    Namespace: 'AWS/Logs',
    MetricName: 'IncomingBytes',
    Dimensions: [{ Name: 'LogGroupName', Value: logGroup }],
  });
  const { Metrics = [] } = await new CloudWatchClient({ region }).send(command);
  return Metrics.length > 0;
}
