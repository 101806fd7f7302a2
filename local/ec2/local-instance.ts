import type { InstanceState } from '../../core/instance.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';

/** Why an instance is in its state, in EC2's words. */
export interface StateReason {
  code: string;
  message: string;
}

/** One instance of the local fleet, with what DescribeInstances shows of it. */
export interface LocalInstance {
  /** Rises with every launch: the order of listings. */
  sequence: number;
  /** `i-` and 17 hexadecimal digits. */
  id: string;
  reservationId: string;
  /** Place among the instances of one RunInstances call. */
  launchIndex: number;
  imageId: string;
  instanceType: string;
  clientToken: string | undefined;
  state: InstanceState;
  stateReason: StateReason | undefined;
  /** In whole seconds, later than that of any earlier start. */
  launchedAt: Milliseconds;
  privateAddress: string;
  /** Only while running. */
  publicAddress: string | undefined;
  tags: ReadonlyMap<string, string>;
}

/** One tag as EC2 writes it. */
export interface InstanceTag {
  key: string;
  value: string;
}

/** What DeleteTags names: a key whatever its value, or only with this value. */
export interface TagSelector {
  key: string;
  value?: string;
}

/** Tags that RunInstances gives to what it creates. */
export interface TagSpecification {
  /** `instance`, `volume` …; only an instance's are kept here. */
  resourceType: string;
  tags: readonly InstanceTag[];
}

/** What RunInstances asks for. */
export interface LaunchRequest {
  imageId: string;
  minCount: number;
  maxCount: number;
  instanceType?: string;
  /** Base64 of a shell script. */
  userData?: string;
  clientToken?: string;
  tagSpecifications?: readonly TagSpecification[];
}

/** What a start, stop or terminate call made of one instance. */
export interface StateChange {
  instanceId: string;
  previous: InstanceState;
  current: InstanceState;
}
