import type { Cloud } from '../cloud/cloud.ts';

/** The provider of identities. A history has none: a person who comes there is signed in. */
export const PROVIDER = 'https://people.example.net';

/** Milliseconds after which the concierge's client ends a call to the truth. */
const PATIENCE = 1_000;

/** Answers a request of the concierge to S3, Secrets Manager or the provider, after the time that the network takes. */
export async function serveAws(
  cloud: Cloud,
  url: string,
  { body }: RequestInit,
  onFault: () => void,
): Promise<Response> {
  const { timeline, network } = cloud;
  const { host, pathname } = new URL(url);
  const random = network.random(`concierge ${pathname}`);
  const sleep = (time: number) => new Promise<void>((resolve) => timeline.in(time, resolve));
  if (url.startsWith(PROVIDER)) return json(200, METADATA);
  const service = host.startsWith('s3.') ? 's3' : 'secrets';
  const { refused, lost } = network.weather;
  if (random.chance(lost)) {
    onFault();
    await sleep(PATIENCE);
    throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  }
  await sleep(random.between(5, 40));
  if (network.isDown(service) || random.chance(refused)) {
    onFault();
    return json(503, {});
  }
  if (service === 'secrets') return secretAnswer(cloud, String(body));
  const found = cloud.s3.get(pathname.slice(1));
  return new Response(found?.body ?? '', { status: found ? 200 : 404 });
}

function secretAnswer({ secrets }: Cloud, body: string): Response {
  const { SecretId, VersionStage }: { SecretId: string; VersionStage: string } = JSON.parse(body);
  const found = secrets.find(SecretId, VersionStage);
  if (typeof found !== 'object') return json(400, { __type: 'ResourceNotFoundException' });
  return json(200, { SecretString: found.text, CreatedDate: found.createdAt });
}

const METADATA = {
  issuer: PROVIDER,
  authorization_endpoint: `${PROVIDER}/authorize`,
  token_endpoint: `${PROVIDER}/token`,
  jwks_uri: `${PROVIDER}/keys`,
};

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
