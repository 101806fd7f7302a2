/** The construct library: the whole proxy as one construct. Everything else in infra/ may change with any version. */

export type { ClaimRule } from '../core/settings/claim-rules.ts';
export type { BuiltParts } from './deployment.ts';
export { DynamicEdgeProxy, type DynamicEdgeProxyProps } from './dynamic-edge-proxy.ts';
export { SettingError } from './settings/setting.ts';
export type { OriginVpc } from './settings/values.ts';
export { type SignedInViewers, Viewers } from './settings/viewers.ts';
