import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { LIMITS } from '../core/limits.ts';

/** The built router is larger than CloudFront takes. */
export class RouterTooLargeError extends Error {
  override name = 'RouterTooLargeError';

  constructor(bytes: number) {
    super(
      `the built router has ${bytes} bytes, but a CloudFront function may have ${LIMITS.functionBytes} at most: CloudFront would refuse it in the middle of a deployment; make edge/ smaller`,
    );
  }
}

/** The KeyValueStore and the CloudFront Function that reads it on every viewer request. */
export class RouterFunction extends Construct {
  readonly store: cloudfront.KeyValueStore;
  readonly function: cloudfront.Function;

  /**
   * @param code The built router, inline: CloudFront takes no other form.
   * @throws RouterTooLargeError
   */
  constructor(scope: Construct, id: string, code: string) {
    super(scope, id);
    const bytes = Buffer.byteLength(code);
    if (bytes > LIMITS.functionBytes) throw new RouterTooLargeError(bytes);
    this.store = new cloudfront.KeyValueStore(this, 'Store', {
      comment: 'dynamic-edge-proxy: hostname to entry, written by the updater',
    });
    this.function = new cloudfront.Function(this, 'Function', {
      code: cloudfront.FunctionCode.fromInline(code),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      keyValueStore: this.store,
      comment: 'dynamic-edge-proxy: points each request at the instance behind its hostname',
    });
  }

  /** What a behaviour needs to run the router. */
  get association(): cloudfront.FunctionAssociation {
    return { function: this.function, eventType: cloudfront.FunctionEventType.VIEWER_REQUEST };
  }
}
