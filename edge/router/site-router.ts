import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { hostnameOf } from '../../core/wire/hostname.ts';
import { KEYS_KEY } from '../../core/wire/session.ts';
import { answerNotice } from './answer/answer.ts';
import { AMBIGUOUS } from './answer/notice.ts';
import { cf } from './modules.ts';
import { isForeign, mayHaveDots, SITE } from './request/site-path.ts';
import { admit } from './sign-in/admit.ts';
import { findPage, toSite } from './site.ts';

const kvs = cf.kvs();

/**
 * The CloudFront Function at viewer request of the behaviours below `/_proxy/`, in a deployment with sign-in. It reads the keys of
 * sessions for the pages of the base domain, and nothing for other paths. It never chooses an origin.
 *
 * CloudFront chooses the behaviour by the normalised path, and gives the function and the origin the raw one. So a raw path that is not
 * literally one of ours is refused.
 */
export async function handler(event: ViewerRequestEvent): Promise<EdgeRequest | EdgeResponse> {
  const request = event.request;
  const header = request.headers['host'];
  const host = hostnameOf(header ? header.value : '');
  try {
    const uri = request.uri;
    if (!host) return answerNotice('invalid host', request, host);
    if (!uri.startsWith(SITE) || isForeign(uri) || mayHaveDots(uri) || uri.includes('%'))
      return answerNotice(AMBIGUOUS, request, host);
    const page = findPage(request, host);
    if (page !== KEYS_KEY) return page;
    // Without keys this throws.
    const keys = await kvs.get(KEYS_KEY);
    return admit(event, host, keys, 0, 0) || toSite(request);
  } catch (error) {
    console.log('fault ' + host + ': ' + error);
    return answerNotice('fault', request, host);
  }
}
