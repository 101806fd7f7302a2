import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DETAILED, SITE_FOLDER } from '../../core/journal/site-documents.ts';
import { acceptFindings } from '../accept.ts';
import type { AccessLogs } from '../settings/access-log-settings.ts';
import type { CustomDomain } from '../settings/rules.ts';
import type { ConciergeBehavior } from '../sign-in/concierge.ts';
import { UNREACHABLE_PAGE } from './site.ts';

/** Every status whose caching can be set (DG, "Generate custom error responses"). */
const CACHEABLE_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] as const;

/** CloudFront's statuses for an instance that refuses, breaks off or never answers. */
const UNREACHABLE = [502, 504];

/** Props of {@link EdgeDistribution}. */
export interface EdgeDistributionProps {
  router: cloudfront.FunctionAssociation;
  /** Runs below `/_proxy/`. Absent: the router does. */
  siteRouter?: cloudfront.FunctionAssociation;
  /** Sets the headers of our own pages. */
  headers: cloudfront.FunctionAssociation;
  siteBucket: s3.IBucket;
  /** Absent: the bare distribution domain and its certificate. */
  domain?: CustomDomain;
  /** Absent: every viewer is admitted. */
  webAclArn?: string;
  /** Send apps `X-Forwarded-Proto: https`. */
  forwardedProto: boolean;
  /** Offer IPv6 to viewers. */
  ipv6: boolean;
  /** Signs viewers in. Absent: viewers do not sign in. */
  concierge?: ConciergeBehavior;
  /** Where the stack's deliveries send access logs. */
  accessLogs: AccessLogs;
  /** Viewers may not read documents that say more than hostnames and states. */
  hidesDetails: boolean;
  comment: string;
}

/** Documents of the time before a deployment hid them may still be in the bucket, and other functions may write some. */
function withholdStatement(bucket: s3.IBucket): iam.PolicyStatement {
  return new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
    actions: ['s3:GetObject'],
    resources: DETAILED.map((name) => bucket.arnForObjects(`${SITE_FOLDER}/${name}`)),
  });
}

const ACCEPTED = {
  CFR1: 'viewers are admitted by address, not by country',
  CFR2: 'there is no web ACL only where the deployment says public=true',
  CFR4: "the bare distribution domain has CloudFront's own certificate, whose protocol cannot be chosen",
  CFR5: 'the default origin is never reached; the router chooses the origin, with https where tags say so',
};

/** CFR3 asks for access logs. It knows the legacy kind only (cdk-nag issue 1876). */
const CFR3 = {
  s3: 'standard logging (v2) delivers access logs; the rule knows the legacy kind only',
  off: 'there are no access logs only where the deployment says accessLogs=off',
} as const;

const CFR7 = 'the function at origin request answers each request itself, so its origin needs no access';

/** The one distribution: apps by default, our own pages under `/_proxy/*`, the router before both. */
export class EdgeDistribution extends Construct {
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, props: EdgeDistributionProps) {
    super(scope, id);
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: props.comment,
      defaultBehavior: appBehavior(props),
      additionalBehaviors: {
        // CloudFront takes the first pattern that matches.
        ...(props.concierge ? { [`/${SITE_FOLDER}/api/*`]: conciergeBehavior(props, props.concierge) } : {}),
        [`/${SITE_FOLDER}/*`]: siteBehavior(props),
      },
      errorResponses: CACHEABLE_ERRORS.map(errorResponse),
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      enableIpv6: props.ipv6,
      ...(props.webAclArn ? { webAclId: props.webAclArn } : {}),
      ...(props.domain ? this.ownDomain(props.domain) : {}),
    });
    acceptFindings(this.distribution, {
      ...ACCEPTED,
      CFR3: CFR3[props.accessLogs],
      ...(props.concierge ? { CFR7 } : {}),
    });
    props.siteBucket.addToResourcePolicy(this.listStatement(props.siteBucket));
    if (props.hidesDetails) props.siteBucket.addToResourcePolicy(withholdStatement(props.siteBucket));
  }

  /**
   * S3 answers 404 for a missing key only to callers that may list the bucket, and 403 to all others. No viewer can list it: every
   * path begins with the site's folder, and S3 gets no query. The CDK's own access level would also grant the objects.
   */
  private listStatement(bucket: s3.IBucket): iam.PolicyStatement {
    return new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: { 'AWS:SourceArn': this.distribution.distributionArn } },
    });
  }

  private ownDomain({ baseDomain, certificateArn }: CustomDomain) {
    return {
      domainNames: [baseDomain, `*.${baseDomain}`],
      certificate: acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      // TLS 1.3, and 1.2 with AES-GCM: without 1.2, Java 8, older Pythons and many other API clients could not connect.
      // It has no effect on the shared certificate of *.cloudfront.net, which allows TLSv1.
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2025,
    };
  }
}

/** Shorter than the 5 s of Node, Apache and uvicorn: a request on a connection that the app just closed is a 502. The chosen origin inherits it. */
const KEEP_ALIVE_SECONDS = 4;

/**
 * Apps. The origin is never reached, because the router chooses one or answers itself; `.invalid` (RFC 6761) makes a
 * router that does neither fail at once. It is a plain custom origin: the chosen origin would inherit an origin access control,
 * which conflicts with its Host header (502). The chosen origin inherits attempts and timeouts, and the one custom header, which no
 * function may set.
 */
function appBehavior({ router, forwardedProto }: EdgeDistributionProps): cloudfront.BehaviorOptions {
  return {
    origin: new origins.HttpOrigin('the-router-chooses.invalid', {
      protocolPolicy: cloudfront.OriginProtocolPolicy.HTTP_ONLY,
      connectionAttempts: 2,
      connectionTimeout: Duration.seconds(3),
      readTimeout: Duration.seconds(60),
      keepaliveTimeout: Duration.seconds(KEEP_ALIVE_SECONDS),
      ...(forwardedProto ? { customHeaders: { 'X-Forwarded-Proto': 'https' } } : {}),
    }),
    allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
    // The chosen origin is not in the cache key, so one app's answer could be served for another app.
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    functionAssociations: [router],
  };
}

/**
 * Our own pages. S3 gets only the path of a viewer's request, so there is no origin request policy: S3's own query parameters
 * (`response-content-type`) would change its answers, and with cookies CloudFront forwards no conditional requests (DG, "Request
 * and response behavior for Amazon S3 origins").
 */
function siteBehavior({
  siteBucket,
  router,
  siteRouter = router,
  headers,
}: EdgeDistributionProps): cloudfront.BehaviorOptions {
  return {
    origin: origins.S3BucketOrigin.withOriginAccessControl(siteBucket),
    allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    functionAssociations: [siteRouter, headers],
  };
}

/**
 * The endpoints of sign-in. The function answers each request itself, so CloudFront does not ask the origin, whose custom headers are
 * the function's settings. CloudFront looks its name up before the function runs, so it must exist. The managed policy keeps the host
 * of the origin; the router has put the viewer's into a header of its own.
 */
function conciergeBehavior(
  { siteBucket, router, siteRouter = router }: EdgeDistributionProps,
  { version, headers }: ConciergeBehavior,
): cloudfront.BehaviorOptions {
  return {
    origin: origins.S3BucketOrigin.withBucketDefaults(siteBucket, { customHeaders: { ...headers } }),
    // CloudFront has three sets of methods, and sign-out is a POST.
    allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    functionAssociations: [siteRouter],
    edgeLambdas: [
      {
        functionVersion: version,
        eventType: cloudfront.LambdaEdgeEventType.ORIGIN_REQUEST,
        includeBody: false,
      },
    ],
  };
}

/** By default CloudFront caches errors for 10 s, even with caching disabled: an app that just started would seem to be down. */
function errorResponse(httpStatus: number): cloudfront.ErrorResponse {
  const ttl = Duration.seconds(0);
  if (!UNREACHABLE.includes(httpStatus)) return { httpStatus, ttl };
  return {
    httpStatus,
    ttl,
    responseHttpStatus: httpStatus,
    responsePagePath: `/${SITE_FOLDER}/${UNREACHABLE_PAGE}`,
  };
}
