/** One resource of a template. */
export interface Resource {
  Type: string;
  Properties?: unknown;
}

/** Resources of a template by their logical ids. */
export type Resources = Readonly<Record<string, Resource>>;

/** The parts of a cache behaviour that a plan may refuse. */
export interface Behaviour {
  /** Absent for the default behaviour. */
  PathPattern?: string;
  CachePolicyId?: unknown;
  OriginRequestPolicyId?: unknown;
  ResponseHeadersPolicyId?: unknown;
  ForwardedValues?: unknown;
  RealtimeLogConfigArn?: unknown;
  FieldLevelEncryptionId?: unknown;
}

/** The parts of an origin that a plan may refuse. */
export interface Origin {
  VpcOriginConfig?: unknown;
  S3OriginConfig?: { OriginAccessIdentity?: unknown };
}

/** The parts of a distribution that a plan may refuse. */
export interface DistributionConfig {
  DefaultCacheBehavior?: Behaviour;
  CacheBehaviors?: readonly Behaviour[];
  Origins?: readonly Origin[];
  OriginGroups?: { Quantity?: unknown };
  ViewerCertificate?: { IamCertificateId?: unknown; SslSupportMethod?: unknown };
  ViewerMtlsConfig?: unknown;
  WebACLId?: unknown;
  PriceClass?: unknown;
  Logging?: unknown;
  Staging?: unknown;
  ContinuousDeploymentPolicyId?: unknown;
  ConnectionMode?: unknown;
}

/** The configurations of the distributions, by logical id. */
export function distributionsIn(resources: Resources): [id: string, config: DistributionConfig][] {
  return resourcesOf<{ DistributionConfig?: DistributionConfig }>(
    resources,
    'AWS::CloudFront::Distribution',
  ).map(([id, { DistributionConfig = {} }]) => [id, DistributionConfig]);
}

/** The properties of all resources of one type, by logical id. The CDK has checked their form against CloudFormation's schema. */
export function resourcesOf<P extends object>(resources: Resources, type: string): [id: string, P][] {
  return Object.entries(resources).flatMap(([id, { Type, Properties = {} }]) =>
    Type === type ? [[id, Properties as P]] : [],
  );
}

/** All behaviours of a distribution, the default one first. */
export function behavioursOf({ DefaultCacheBehavior = {}, CacheBehaviors = [] }: DistributionConfig) {
  return [DefaultCacheBehavior, ...CacheBehaviors];
}
