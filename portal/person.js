/** Shows the person who is signed in, and signs them out. A deployment without sign-in does not load this file. */
import { byId, put } from './elements.js';
import { isText } from './route-list.js';

/** Milliseconds that one request may take. */
const PATIENCE = 8000;

/** @param {string} name @param {RequestInit} [init] */
function ask(name, init) {
  return fetch(`/_proxy/api/${name}`, { ...init, signal: AbortSignal.timeout(PATIENCE) });
}

async function readUser() {
  try {
    const response = await ask('me');
    const { user } = response.ok ? await response.json() : {};
    return isText(user) ? user : undefined;
  } catch {
    // The page is as useful without the name. The list says that the edge does not answer.
    return undefined;
  }
}

async function signOut() {
  put(byId('sign-out'), 'Signing out …');
  const response = await ask('sign-out', { method: 'POST' }).catch(() => undefined);
  // The base domain then asks before it signs in again.
  if (response?.ok) location.reload();
  else put(byId('sign-out'), 'Not signed out. Try again');
}

const user = await readUser();
if (user !== undefined) {
  put(byId('user'), user);
  byId('sign-out').addEventListener('click', signOut);
  byId('person').hidden = false;
}
