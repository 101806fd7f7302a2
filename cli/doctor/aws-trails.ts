import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import type { Trail } from './cloud.ts';

/** Reads the trails that cover a region, including those of other regions and of the organization. */
export async function readTrails(region: string): Promise<Trail[]> {
  const client = new CloudTrailClient({ region });
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  return Promise.all(
    trailList.map(async ({ Name = '', TrailARN, HomeRegion = '', IsMultiRegionTrail = false }) => {
      const [status, selectors] = await Promise.all([
        client.send(new GetTrailStatusCommand({ Name: TrailARN })),
        client.send(new GetEventSelectorsCommand({ TrailName: TrailARN })),
      ]);
      return {
        name: Name,
        multiRegion: IsMultiRegionTrail,
        homeRegion: HomeRegion,
        logging: status.IsLogging ?? false,
        managementWrites: takesManagementWrites(selectors),
      };
    }),
  );
}

type Selectors = Pick<GetEventSelectorsCommandOutput, 'EventSelectors' | 'AdvancedEventSelectors'>;

/**
 * True if a trail logs EC2's write calls. A trail has either basic or advanced selectors (CloudTrail User Guide, "Logging
 * management events").
 */
export function takesManagementWrites({
  EventSelectors = [],
  AdvancedEventSelectors = [],
}: Selectors): boolean {
  const basic = EventSelectors.some(
    ({ IncludeManagementEvents = true, ReadWriteType = 'All' }) =>
      IncludeManagementEvents && ReadWriteType !== 'ReadOnly',
  );
  const advanced = AdvancedEventSelectors.some(({ FieldSelectors = [] }) => {
    const valuesOf = (field: string) => FieldSelectors.find(({ Field }) => Field === field)?.Equals;
    return valuesOf('eventCategory')?.includes('Management') && !valuesOf('readOnly')?.includes('true');
  });
  return basic || advanced;
}
