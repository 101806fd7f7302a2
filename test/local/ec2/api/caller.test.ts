import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { parseSigner } from '../../../../local/ec2/api/caller.ts';
import { ec2Stand } from '../../../support/aws/ec2-client.ts';

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20261123/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0';

function request(headers: Record<string, string>): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { headers });
}

describe('signed requests', () => {
  test.each(['127.0.0.1:4566', '127.0.0.1', 'localhost:80', '[::1]:4566'])(
    'a signed request to %s names its signer',
    (host) => {
      expect(parseSigner(request({ host, authorization: SIGNED }), 'ec2')).toBe('AKIDLOCAL');
    },
  );

  test.each(['evil.example:4566', '127.0.0.1.evil.example', 'localhost.evil.example', ''])(
    'a signed request to the host %j is refused, because a page may have rebound that name',
    (host) => {
      expect(parseSigner(request({ host, authorization: SIGNED }), 'ec2')).toBeUndefined();
    },
  );

  test('a signed request for another service is refused', () => {
    expect(parseSigner(request({ host: '127.0.0.1', authorization: SIGNED }), 's3')).toBeUndefined();
  });
});

test('a form on a web page cannot launch instances', async () => {
  const { url, fleet } = await ec2Stand();
  const body = new URLSearchParams({
    Action: 'RunInstances',
    ImageId: 'ami-hello',
    MinCount: '1',
    MaxCount: '1',
  });
  const answer = await fetch(url, { method: 'POST', body });
  expect(answer.status).toBe(401);
  expect(await answer.text()).toContain('<Code>AuthFailure</Code>');
  expect(fleet.list()).toEqual([]);
});

test('a signed call with an unknown action is refused with its name', async () => {
  const { url } = await ec2Stand();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: SIGNED },
    body: 'Action=toString',
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('<Code>InvalidAction</Code>');
});
