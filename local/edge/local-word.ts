import type { EdgeResponse } from 'cloudfront';
import { escapeHtml } from './origin/error-page.ts';

/** Tells why a name does not answer, as far as this machine knows; undefined where it knows no more than a deployment. */
export type Explain = (hostname: string) => Promise<string | undefined>;

/**
 * True for the router's notice of a sleeping name: on this machine a command that died looks the same. Not where a page of another
 * origin may read the notice: the word holds what the command printed, which is not for every site that a developer visits.
 */
export function acceptsLocalWord({ headers }: EdgeResponse): boolean {
  return headers['x-proxy-state']?.value === 'asleep' && headers['access-control-allow-origin'] === undefined;
}

/** The router's notice with a word of this machine at the end of the page, or as the member `local`. */
export function withLocalWord(answer: EdgeResponse, word: string): EdgeResponse {
  const { body } = answer;
  if (body === undefined || body.data === '' || body.encoding === 'base64') return answer;
  const isPage = answer.headers['content-type']?.value.startsWith('text/html');
  const data = isPage
    ? body.data.replace(
        '</main>',
        () => `<p><small>${escapeHtml(word).replaceAll('\n', '<br>')}</small></p></main>`,
      )
    : JSON.stringify({ ...JSON.parse(body.data), local: word });
  return { ...answer, body: { ...body, data } };
}
