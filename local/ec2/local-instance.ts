import type { InstanceState } from '../../core/instance.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';

/** EC2's reason for the state of an instance. */
export interface StateReason {
  code: string;
  message: string;
}

/** One instance of the local fleet, with the fields of DescribeInstances. */
export interface LocalInstance {
  /** Increases with every launch. Listings are in this order. */
  sequence: number;
  /** `i-` and 17 hexadecimal digits. */
  id: string;
  reservationId: string;
  /** Position among the instances of one RunInstances call. */
  launchIndex: number;
  imageId: string;
  instanceType: string;
  clientToken: string | undefined;
  state: InstanceState;
  stateReason: StateReason | undefined;
  /** In whole seconds. Increases with every start. */
  launchedAt: Milliseconds;
  /** Id of its only network interface. */
  interfaceId: string;
  privateAddress: string;
  /** It has no IPv4 address, not even a private one. */
  isIpv6Only: boolean;
  /** It gets a public IPv4 address at each start. */
  hasPublicIpv4: boolean;
  /** The public IPv4 address; only while running. */
  publicAddress: string | undefined;
  /** Addresses of the interface. They stay when it stops, and go when it is terminated. */
  ipv6: readonly string[];
  tags: ReadonlyMap<string, string>;
}

/** One tag of an instance. */
export interface InstanceTag {
  key: string;
  value: string;
}

/** A tag that DeleteTags names: a key with any value, or only with this value. */
export interface TagSelector {
  key: string;
  value?: string;
}

/** Tags for the resources that RunInstances creates. */
export interface TagSpecification {
  /** `instance`, `volume` … Only tags of instances are kept. */
  resourceType: string;
  tags: readonly InstanceTag[];
}

/** The parameters of RunInstances. */
export interface LaunchRequest {
  imageId: string;
  minCount: number;
  maxCount: number;
  instanceType?: string;
  /** Base64 of a shell script. */
  userData?: string;
  clientToken?: string;
  tagSpecifications?: readonly TagSpecification[];
  subnetId?: string;
  /** Number of IPv6 addresses. An instance in the subnet without IPv4 has at least one. */
  ipv6AddressCount?: number;
  /** Default: true. */
  associatePublicIpAddress?: boolean;
}

/** The effect of a start, stop or terminate call on one instance. */
export interface StateChange {
  instanceId: string;
  previous: InstanceState;
  current: InstanceState;
}
