import { asObject, isText } from '../../core/json.ts';
import { PATIENCE } from './document.ts';

/** The person who is signed in. Undefined if the edge does not say: the page is as useful without the name. */
export async function readUser(): Promise<string | undefined> {
  try {
    const response = await ask('me', 'GET');
    const { user } = asObject(response.ok ? await response.json() : {});
    return isText(user) ? user : undefined;
  } catch {
    // The list says that the edge does not answer.
    return undefined;
  }
}

/** Ends the session. Returns false if the edge did not do it. */
export async function signOut(): Promise<boolean> {
  const response = await ask('sign-out', 'POST').catch(() => undefined);
  return response?.ok === true;
}

function ask(name: string, method: 'GET' | 'POST'): Promise<Response> {
  return fetch(`/_proxy/api/${name}`, { method, signal: AbortSignal.timeout(PATIENCE) });
}
