import type { EdgeResponse } from 'cloudfront';
import { escapeHtml } from '../../core/html.ts';

/** Explains why a name does not answer, as far as this machine knows. Undefined without further facts. */
export type Explain = (hostname: string) => Promise<string | undefined>;

/**
 * True for the router's notice of a sleeping name, because a command that exited looks the same on this machine. False if a page of
 * another origin can read the notice: it would contain the output of the command.
 */
export function acceptsLocalWord({ headers }: EdgeResponse): boolean {
  return headers['x-proxy-state']?.value === 'asleep' && headers['access-control-allow-origin'] === undefined;
}

/** Adds this machine's explanation to the router's notice: at the end of the page, whose main element is open, or as the member `local`. */
export function withLocalWord(answer: EdgeResponse, word: string): EdgeResponse {
  const { body } = answer;
  if (body === undefined || body.data === '' || body.encoding === 'base64') return answer;
  const isPage = answer.headers['content-type']?.value.startsWith('text/html');
  const data = isPage
    ? `${body.data}<p><small>${escapeHtml(word).replaceAll('\n', '<br>')}</small></p>`
    : JSON.stringify({ ...JSON.parse(body.data), local: word });
  return { ...answer, body: { ...body, data } };
}
