import type { Json } from '../../core/json.ts';
import { Fault } from '../../core/schema.ts';
import { type ConciergeSettings, parseConciergeSettings } from '../../core/settings/concierge-settings.ts';
import { notice } from './answers/notice.ts';
import { composeDesk } from './compose.ts';
import { handle } from './concierge.ts';
import type { Desk } from './desk.ts';
import { type GeneratedAnswer, printAnswer } from './lambda-edge/answer.ts';
import { readEvent, type Visit } from './lambda-edge/event.ts';
import { requestOf } from './lambda-edge/request.ts';

/** The desk of this environment. CloudFront may change the origin's headers while the environment lives. */
let last: { text: string; desk: Omit<Desk, 'report'> } | undefined;

/** The Lambda@Edge function at origin request on `/_proxy/api/*`. It always answers itself, so the origin is never asked. */
export async function handler(event: Json): Promise<GeneratedAnswer> {
  const began = performance.now();
  const visit = readEvent(event);
  const reasons: string[] = [];
  const response = await answerVisit(visit, (reason) => reasons.push(reason));
  const answer = await printAnswer(response);
  log(visit, response, reasons, performance.now() - began);
  return answer;
}

async function answerVisit(visit: Visit, report: (reason: string) => void): Promise<Response> {
  const settings = parseConciergeSettings(visit.setting);
  const request = settings instanceof Fault ? undefined : requestOf(visit, settings.apex);
  if (settings instanceof Fault) {
    report(`the settings in the origin's custom headers cannot be read: ${settings}`);
    return notice('unavailable', new Request('https://unknown.invalid/'));
  }
  if (request === undefined) return notice('not found', new Request('https://unknown.invalid/'));
  return await handle(request, { ...deskFor(settings), report });
}

function deskFor(settings: ConciergeSettings): Omit<Desk, 'report'> {
  const text = JSON.stringify([settings, [...settings.provider.groups]]);
  if (last?.text !== text) last = { text, desk: composeDesk(settings, process.env) };
  return last.desk;
}

/**
 * One line a request. No address, cookie, query, token or mail: they are personal or secret, and the log of a replica has no end
 * unless the operator sets one.
 */
function log({ uri, requestId }: Visit, response: Response, reasons: readonly string[], took: number): void {
  const { status } = response;
  const line = {
    level: status >= 500 ? 'ERROR' : reasons.length > 0 ? 'WARN' : 'INFO',
    endpoint: uri.slice(0, 64),
    status,
    state: response.headers.get('x-proxy-state'),
    milliseconds: Math.round(took),
    requestId,
    ...(reasons.length === 0 ? {} : { reasons }),
  };
  console.log(JSON.stringify(line));
}
