import type { Check } from '../../check.ts';
import type { Answer } from '../../cloud.ts';
import { type Finding, failure, ok, warning } from '../../finding.ts';

interface AnswerFacts {
  /** A name that no app has. Without a session it answers like every app. */
  url: string;
  app: Answer;
  /** The first step of a sign-in. */
  start: Answer;
}

/** Does the edge ask viewers for a session, with keys, and does the function answer there? */
export const answers: Check<AnswerFacts> = {
  async collect(cloud, { baseDomain }) {
    const url = `https://edge-proxy-doctor.${baseDomain}`;
    const [app, start] = await Promise.all([
      cloud.visit(`${url}/`),
      cloud.visit(`${url}/_proxy/api/start?to=/`),
    ]);
    return { url, app, start };
  },
  evaluate: ({ url, app, start }, { baseDomain }) => {
    if ([app, start].every(({ status, state }) => status === 403 && state === undefined))
      return [
        warning(
          `not checked: ${url} answers 403 to this machine, which is in none of the allowed networks`,
          'run the doctor from one of them',
        ),
      ];
    return [evaluateApp(url, app), evaluateStart(url, start, baseDomain)];
  },
};

function evaluateApp(url: string, { status, state }: Answer): Finding {
  if (status === 401 && state === 'not signed in') return ok('the edge has keys, and asks for a session');
  if (status === 503 && state === 'fault')
    return failure(
      `${url} answers 503 fault: the store has no keys of sessions, so no app can be opened`,
      'look into the log of the updater for the secret of sessions: docs/operate/sign-in.md#when-sign-in-does-not-work',
    );
  return warning(
    `${url} answers ${describe({ status, ...(state === undefined ? {} : { state }) })} without a session, and not 401`,
    'if a wildcard of the base domain is public, this is its app; otherwise deploy the edge stack again',
  );
}

function evaluateStart(url: string, answer: Answer, baseDomain: string): Finding {
  const { status, location = '' } = answer;
  return status === 303 && location.startsWith(`https://${baseDomain}/_proxy/api/sign-in?`)
    ? ok('the function answers, and leads to the base domain')
    : failure(
        `${url}/_proxy/api/start answers ${describe(answer)}, and not a redirect to ${baseDomain}`,
        'read the log of the function: docs/operate/runbook.md#sign-in-errors',
      );
}

function describe({ status, state }: Answer): string {
  return state === undefined ? `${status}` : `${status} ${state}`;
}
