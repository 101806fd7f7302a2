import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { hostnameOf } from '../../core/wire/hostname.ts';
import { KEYS_KEY } from '../../core/wire/session.ts';
import { API, LONGEST_SITE_PATH, mayHaveDots, SITE } from '../../core/wire/site-path.ts';
import { answerNotice } from './answer/answer.ts';
import { AMBIGUOUS, FAULT, INVALID_HOST } from './answer/notice.ts';
import { cf } from './modules.ts';
import { admit } from './sign-in/admit.ts';
import { answerSite } from './site.ts';

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
    if (!host) return answerNotice(INVALID_HOST, request, host);
    // A longer path is not searched: in njs the expression would take as long as three requests.
    if (!uri.startsWith(SITE) || uri[LONGEST_SITE_PATH] || mayHaveDots(uri) || /%|\/\//.test(uri))
      return answerNotice(AMBIGUOUS, request, host);
    if (host === BASE_DOMAIN && !uri.startsWith(API) && !uri.startsWith(SITE + 'errors/')) {
      // Without keys this throws.
      const keys = await kvs.get(KEYS_KEY);
      const refused = admit(event, host, keys, 0, 0);
      if (refused) return refused;
    }
    return answerSite(request, host);
  } catch (error) {
    console.log('fault ' + host + ': ' + error);
    return answerNotice(FAULT, request, host);
  }
}
