import { AwsEc2QueryProtocol, XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import { readDescribedPage } from './described-page.ts';

/**
 * The SDK's protocol, for a client of EC2, with a faster parser for the answers of DescribeInstances. All the rest is the
 * SDK's: requests, signatures, status and errors.
 */
export class ListingProtocol extends AwsEc2QueryProtocol {
  constructor(options: ConstructorParameters<typeof AwsEc2QueryProtocol>[0]) {
    super(options);
    this.deserializer = new ListingDeserializer(this.deserializer.settings);
  }
}

/** The SDK has read the whole body before, so its parser can take over. */
class ListingDeserializer extends XmlShapeDeserializer {
  override read(...[schema, body, key]: Parameters<XmlShapeDeserializer['read']>): unknown {
    const page = body instanceof Uint8Array ? readDescribedPage(body) : undefined;
    return page ?? super.read(schema, body, key);
  }
}
