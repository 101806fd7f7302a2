/** The construct library: the whole proxy, its stacks, and the parts they are made of. */

export { AccountStack, type AccountStackProps } from './account-stack.ts';
export { AddressGate } from './address-gate.ts';
export { type AddressRange, parseAddressRange } from './address-range.ts';
export { CloudFrontPrefixList } from './cloudfront-prefix-list.ts';
export { type BuiltParts, deploymentIn } from './deployment.ts';
export { DynamicEdgeProxy, type DynamicEdgeProxyProps } from './dynamic-edge-proxy.ts';
export { EdgeDistribution, type EdgeDistributionProps } from './edge-distribution.ts';
export { EDGE_REGION, EdgeStack, type EdgeStackProps } from './edge-stack.ts';
export { FleetForwarding, type FleetForwardingProps } from './fleet-forwarding.ts';
export { FLEET_PATTERNS } from './fleet-patterns.ts';
export { FleetQueue } from './fleet-queue.ts';
export { FleetRules, type FleetRulesProps } from './fleet-rules.ts';
export { GatedPublish, type GatedPublishProps } from './gated-publish.ts';
export { ForwarderRole, type ForwarderRoleProps, type HomeBus, HomeBusPolicy } from './home-bus.ts';
export { JournalBucket } from './journal-bucket.ts';
export { ALARMS, type AlarmId } from './monitoring/alarm-table.ts';
export { type AlarmRule, Alarms, type AlarmsProps } from './monitoring/alarms.ts';
export { FleetDashboard, type FleetDashboardProps } from './monitoring/dashboard.ts';
export { EdgeAlarms, type EdgeAlarmsProps } from './monitoring/edge-alarms.ts';
export { UpdaterAlarms, type UpdaterAlarmsProps } from './monitoring/updater-alarms.ts';
export { OriginGroups, type OriginGroupsProps } from './origin-groups.ts';
export { OriginSecret } from './origin-secret.ts';
export { ReaderRole, type ReaderRoleProps } from './reader-role.ts';
export {
  AccountRegionStack,
  type AccountRegionStackProps,
  RegionStack,
  type RegionStackProps,
} from './region-stack.ts';
export { RouterFunction, type RouterFunctionProps, RouterTooLargeError } from './router-function.ts';
export type { CustomDomain, HostedZone, Viewers } from './settings/rules.ts';
export { SETTINGS } from './settings/schema.ts';
export { SettingError } from './settings/setting.ts';
export { type DeploymentSettings, settingsFromContext, settingsFromProps } from './settings.ts';
export { Site, UnreachablePageMissingError } from './site.ts';
export { FleetTrail } from './trail.ts';
export { UpdaterFunction, type UpdaterFunctionProps } from './updater-function.ts';
export { UpdaterStack, type UpdaterStackProps } from './updater-stack.ts';
