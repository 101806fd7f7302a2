/** The construct library: whole stacks, and the parts they are made of. */
export { AddressGate } from './address-gate.ts';
export { type AddressRange, parseAddressRange } from './address-range.ts';
export { type BuiltParts, deploymentIn } from './deployment.ts';
export { EdgeDistribution, type EdgeDistributionProps } from './edge-distribution.ts';
export { EDGE_REGION, EdgeStack, type EdgeStackProps } from './edge-stack.ts';
export { FLEET_PATTERNS } from './fleet-patterns.ts';
export { FleetQueue } from './fleet-queue.ts';
export { FleetRules, type FleetRulesProps } from './fleet-rules.ts';
export { JournalBucket } from './journal-bucket.ts';
export { RouterFunction, RouterTooLargeError } from './router-function.ts';
export type { CustomDomain, HostedZone, Viewers } from './settings/rules.ts';
export { SETTINGS } from './settings/schema.ts';
export { SettingError } from './settings/setting.ts';
export { type DeploymentSettings, settingsFromContext } from './settings.ts';
export { Site, UnreachablePageMissingError } from './site.ts';
export { UpdaterFunction, type UpdaterFunctionProps } from './updater-function.ts';
export { UpdaterStack, type UpdaterStackProps } from './updater-stack.ts';
