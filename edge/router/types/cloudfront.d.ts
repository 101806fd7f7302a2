/**
 * The input and output of a CloudFront Function (JavaScript runtime 2.0, viewer request and viewer response).
 *
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure", "Helper methods for key value stores", "Helper
 * methods for origin modification", "General helper methods".
 */
declare module 'cloudfront' {
  /** One header, cookie or query value; `multiValue` only when the name was sent more than once. */
  export interface Multi {
    value: string;
    multiValue?: { value: string }[];
  }

  /** Cookies of a response carry their attributes in one string: `Path=/; Secure; HttpOnly`. */
  export interface ResponseCookie {
    value: string;
    attributes?: string;
  }

  export interface EdgeRequest {
    /** Read-only. */
    method: string;
    /** The path as the viewer sent it, without the query string. */
    uri: string;
    querystring: Record<string, Multi> | string;
    /** Names are in lower case. `cookie` is not among them. */
    headers: Record<string, Multi>;
    cookies: Record<string, Multi>;
    /** The query string as sent, without `?`; absent in plain test events (since November 2025). */
    rawQueryString?: () => string | undefined;
  }

  /** The request of an event, with a parsed query. A function may return a request with a text in its place. */
  export interface ViewerRequest extends EdgeRequest {
    querystring: Record<string, Multi>;
  }

  export interface EdgeResponse {
    statusCode: number;
    statusDescription?: string;
    headers: Record<string, { value: string }>;
    cookies?: Record<string, ResponseCookie>;
    body?: { encoding: 'text' | 'base64'; data: string };
  }

  export interface ViewerRequestEvent {
    version: '1.0';
    context: {
      distributionDomainName: string;
      distributionId: string;
      eventType: 'viewer-request';
      requestId: string;
    };
    /** IPv4 or IPv6 address of the viewer. */
    viewer: { ip: string };
    request: ViewerRequest;
  }

  /** An origin's answer. Functions see no body. */
  export interface OriginResponse {
    statusCode: number;
    statusDescription?: string;
    /** Names are in lower case. `set-cookie` is not among them. */
    headers: Record<string, Multi>;
    cookies: Record<string, ResponseCookie>;
  }

  export interface ViewerResponseEvent {
    version: '1.0';
    context: {
      distributionDomainName: string;
      distributionId: string;
      eventType: 'viewer-response';
      requestId: string;
    };
    viewer: { ip: string };
    request: ViewerRequest;
    response: OriginResponse;
  }

  /** Argument of `updateRequestOrigin`. Omitted settings are inherited from the behaviour's origin. */
  export interface OriginUpdate {
    /** A DNS name of at most 253 characters; an IP address is refused. */
    domainName: string;
    hostHeader?: string;
    sni?: string;
    allowedCertificateNames?: string[];
    originPath?: string;
    customHeaders?: Record<string, string>;
    /** 1–3. */
    connectionAttempts?: number;
    /** Seconds: connection 1–10, read 1–120, keep-alive 1–120. */
    timeouts?: { connectionTimeout?: number; readTimeout?: number; keepAliveTimeout?: number };
    customOriginConfig?: {
      /** 80, 443 or 1024–65535. */
      port: number;
      protocol: 'http' | 'https';
      sslProtocols: string[];
      ipAddressType?: 'ipv4' | 'ipv6' | 'dualstack';
    };
  }

  export interface KeyValueStore {
    /** Rejects when the key does not exist. */
    get(key: string): Promise<string>;
  }

  const cloudfront: {
    kvs(id?: string): KeyValueStore;
    updateRequestOrigin(origin: OriginUpdate): void;
    /** At most 800 bytes after URL encoding; the last call wins (since 2026). */
    logCustomData?: (line: string) => void;
  };
  export default cloudfront;
}
