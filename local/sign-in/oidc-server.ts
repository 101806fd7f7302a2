import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Account, Configuration, default as Provider } from 'oidc-provider';
import { listeningPort } from '../ports.ts';
import { PEOPLE, type Person } from './people.ts';
import { peoplePage } from './people-page.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** The deployment as the provider knows it. */
export interface OidcClient {
  id: string;
  secret: string;
  redirectUri: string;
}

/** A provider that accepts requests. */
export interface OidcServer {
  /** `http://127.0.0.1:<port>`. */
  issuer: string;
  server: Server;
  /** Signs with a new key from now on, and forgets who is signed in. */
  rotateKey(): Promise<void>;
  dispose(): Promise<void>;
}

const HOUR = 3_600;

const INTERACTION = '/interaction/';

/** Starts an OpenID Connect provider on any free port of this machine. It forgets everything when it ends. */
export async function startOidcServer(
  client: OidcClient,
  people: readonly Person[] = PEOPLE,
): Promise<OidcServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${listeningPort(server)}`;
  const create = () => createProvider(issuer, configure(client, people));
  let provider = await create();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith(INTERACTION)) void interact(provider, people, request, response);
    else void provider.callback()(request, response);
  });
  return {
    ...{ issuer, server },
    rotateKey: async () => {
      provider = await create();
    },
    dispose: () => close(server),
  };
}

/** Loaded on demand, because it is large. It warns that a provider for production needs more, which this one is not. */
async function createProvider(issuer: string, configuration: Configuration): Promise<Provider> {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).includes('oidc-provider WARNING')) warn(...words);
  };
  try {
    const { default: OidcProvider } = await import('oidc-provider');
    return new OidcProvider(issuer, configuration);
  } finally {
    console.warn = warn;
  }
}

function configure({ id, secret, redirectUri }: OidcClient, people: readonly Person[]): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: [
      {
        client_id: id,
        client_secret: secret,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kty: 'RSA', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: ['openid', 'email', 'groups'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    // The claims are in the ID token, as other providers send them.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      // The clock of a cloud may be ahead of this process.
      IdToken: 24 * HOUR,
      Grant: HOUR,
      Interaction: HOUR,
      Session: 8 * HOUR,
    },
    interactions: { url: (_, { uid }) => INTERACTION + uid },
    findAccount: (_, subject) => accountOf(people, subject),
    loadExistingGrant: async ({ oidc }) => {
      const { client, session } = oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      // The person is not asked for consent, because the deployment is the only client.
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email groups');
      await grant.save();
      return grant;
    },
    renderError: (context, { error, error_description: reason = '' }) => {
      context.type = 'text/plain; charset=utf-8';
      context.body = `The local provider refuses the request: ${error}. ${reason}\n`;
    },
  };
}

function accountOf(people: readonly Person[], subject: string): Account | undefined {
  const person = people.find((each) => each.subject === subject);
  if (person === undefined) return undefined;
  const { mail, groups } = person;
  const claims = { sub: subject, email: mail, email_verified: true, groups: [...groups] };
  return { accountId: subject, claims: async () => claims };
}

/** `GET /interaction/ID` shows the accounts, `POST /interaction/ID/alice` takes one. A cookie binds the interaction to the browser. */
async function interact(
  provider: Provider,
  people: readonly Person[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const [id = '', chosen] = path.slice(INTERACTION.length).split('/');
    const interaction = await provider.interactionDetails(request, response);
    if (chosen === undefined) return sendPage(response, 200, peoplePage(INTERACTION + id, people));
    if (request.method !== 'POST') return sendPage(response, 405, 'Use the button of the page.');
    const person = people.find(({ subject }) => subject === chosen);
    if (person !== undefined) await forgetOther(provider, interaction, person);
    const result =
      person === undefined
        ? { error: 'access_denied', error_description: 'The person chose Cancel' }
        : { login: { accountId: person.subject } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  } catch (error) {
    sendPage(
      response,
      400,
      `This sign-in has ended or belongs to another browser (${String(error)}). Open the app again.`,
    );
  }
}

/**
 * Ends the session of another person. Otherwise the library would answer with a page that submits itself to a route for signing out,
 * and that needs JavaScript.
 */
async function forgetOther(provider: Provider, interaction: Interaction, { subject }: Person): Promise<void> {
  const { session } = interaction;
  if (session === undefined || session.accountId === subject) return;
  await (await provider.Session.findByUid(session.uid))?.destroy();
  delete interaction.session;
  await interaction.save(HOUR);
}

function sendPage(response: ServerResponse, status: number, body: string): void {
  const type = status === 200 ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
