/** The construct library: the whole proxy, its stacks, and the parts they are made of. */

export { type BuiltParts, deploymentIn } from './deployment.ts';
export { DynamicEdgeProxy, type DynamicEdgeProxyProps } from './dynamic-edge-proxy.ts';
export { AddressGate } from './edge/address-gate.ts';
export { EdgeDistribution, type EdgeDistributionProps } from './edge/edge-distribution.ts';
export { EDGE_REGION, EdgeStack, type EdgeStackProps } from './edge/edge-stack.ts';
export { GatedPublish, type GatedPublishProps } from './edge/gated-publish.ts';
export { RouterFunction, type RouterFunctionProps, RouterTooLargeError } from './edge/router-function.ts';
export { Site, UnreachablePageMissingError } from './edge/site.ts';
export { CloudFrontPrefixList } from './fleet/cloudfront-prefix-list.ts';
export { FleetForwarding, type FleetForwardingProps } from './fleet/fleet-forwarding.ts';
export { FLEET_PATTERNS } from './fleet/fleet-patterns.ts';
export { FleetQueue } from './fleet/fleet-queue.ts';
export { FleetRules, type FleetRulesProps } from './fleet/fleet-rules.ts';
export { ForwarderRole, type ForwarderRoleProps, type HomeBus, HomeBusPolicy } from './fleet/home-bus.ts';
export { OriginGroups, type OriginGroupsProps } from './fleet/origin-groups.ts';
export { ReaderRole, type ReaderRoleProps } from './fleet/reader-role.ts';
export { FleetTrail } from './fleet/trail.ts';
export { ALARMS, type AlarmId } from './monitoring/alarm-table.ts';
export { type AlarmRule, Alarms, type AlarmsProps } from './monitoring/alarms.ts';
export { FleetDashboard, type FleetDashboardProps } from './monitoring/dashboard.ts';
export { EdgeAlarms, type EdgeAlarmsProps } from './monitoring/edge-alarms.ts';
export { UpdaterAlarms, type UpdaterAlarmsProps } from './monitoring/updater-alarms.ts';
export { AccountStack, type AccountStackProps } from './remotes/account-stack.ts';
export {
  AccountRegionStack,
  type AccountRegionStackProps,
  RegionStack,
  type RegionStackProps,
} from './remotes/region-stack.ts';
export { type AddressRange, parseAddressRange } from './settings/address-range.ts';
export {
  type DeploymentSettings,
  settingsFromContext,
  settingsFromProps,
} from './settings/deployment-settings.ts';
export type { CustomDomain, HostedZone, Viewers } from './settings/rules.ts';
export { SETTINGS } from './settings/schema.ts';
export { SettingError } from './settings/setting.ts';
export { JournalBucket } from './updater/journal-bucket.ts';
export { OriginSecret } from './updater/origin-secret.ts';
export { UpdaterFunction, type UpdaterFunctionProps } from './updater/updater-function.ts';
export { UpdaterStack, type UpdaterStackProps } from './updater/updater-stack.ts';
