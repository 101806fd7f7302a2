import { describe, expect, test } from 'vitest';
import { settingsFromContext } from '../../../infra/settings/deployment-settings.ts';
import { OWN_DOMAIN, SIGNED_IN } from '../synth.ts';

const ENTRA = 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0';
const COGNITO = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
const GOOGLE = 'https://accounts.google.com';

const read = (more: Readonly<Record<string, unknown>>) => settingsFromContext({ ...SIGNED_IN, ...more });

/** The context of sign-in without one setting. */
function without(name: keyof typeof SIGNED_IN) {
  const { [name]: _, ...rest } = SIGNED_IN;
  return rest;
}

describe('sign-in', () => {
  test('says which viewers are admitted, and names people by their verified mail address', () => {
    const { viewers, signIn } = read({});
    expect(viewers).toBe('everyone');
    expect(signIn).toEqual({
      issuer: 'https://login.example.com',
      clientId: 'proxy',
      secretArn: SIGNED_IN.signInSecretArn,
      userClaim: 'email',
      groupsClaim: '',
      groups: {},
    });
  });

  test('can be combined with networks', () => {
    const { viewers, signIn } = read({ allowedCidrs: '203.0.113.0/24' });
    expect(viewers).toEqual([{ family: 'IPV4', cidr: '203.0.113.0/24' }]);
    expect(signIn).toBeDefined();
  });

  test.each([
    ['https://login.example.com', 'groups'],
    [COGNITO, 'cognito:groups'],
    ['https://keycloak.example.com/realms/dev', 'groups'],
    ['https://example.eu.auth0.com/', 'groups'],
  ])('of the issuer %s finds groups in the claim %s', (signInIssuer, groupsClaim) => {
    const groups = { devs: 'Developers', ops: '3f0c7f3e-0000-4000-8000-000000000001' };
    expect(read({ signInIssuer, groups }).signIn).toMatchObject({
      issuer: signInIssuer,
      groups,
      groupsClaim,
    });
    const text = JSON.stringify(groups, null, 2);
    expect(read({ signInIssuer, groups: text, groupsClaim: 'roles' }).signIn).toMatchObject({
      groups,
      groupsClaim: 'roles',
    });
  });

  test('at Entra names people by a claim that the tenant controls', () => {
    expect(read({ signInIssuer: ENTRA, userClaim: 'upn' }).signIn).toMatchObject({ userClaim: 'upn' });
  });
});

describe('a refusal of sign-in', () => {
  test.each(['signInIssuer', 'signInClientId', 'signInSecretArn'] as const)(
    'names the missing setting %s',
    (name) => {
      expect(() => settingsFromContext(without(name))).toThrow(
        new RegExp(
          `^setting ${name} is missing beside other settings of sign-in; pass -c ${name}=.*leave all of them out`,
        ),
      );
    },
  );

  test.each(['userClaim', 'groupsClaim', 'groups'])('names the issuer if only %s is given', (name) => {
    const value = name === 'groups' ? '{"devs":"1"}' : 'claim';
    expect(() => settingsFromContext({ ...OWN_DOMAIN, public: 'true', [name]: value })).toThrow(
      /setting signInIssuer is missing/,
    );
  });

  test('says why the bare domain cannot have it', () => {
    const { baseDomain: _, certificateArn: __, ...bare } = SIGNED_IN;
    expect(() => settingsFromContext(bare)).toThrow(
      /^setting baseDomain is missing beside sign-in: on the bare domain all apps have one origin.*-c baseDomain=dev\.example\.com with its certificate/,
    );
  });

  test('says that public contradicts it', () => {
    expect(() => read({ public: 'true' })).toThrow(/public is "true", but signInIssuer is given too/);
  });

  test.each([
    ['http://login.example.com', /not an https URL/],
    ['https://login.example.com/?tenant=1', /without query/],
    ['https://user@login.example.com', /not an https URL/],
    ['https://', /not an https URL/],
    ['https://login.example.com/.well-known/openid-configuration', /the part before \/\.well-known\//],
    ['https://login.microsoftonline.com/common/v2.0', /it admits accounts of every tenant/],
    ['https://login.microsoftonline.com/organizations/v2.0', /it admits accounts of every tenant/],
    ['https://login.microsoftonline.com/consumers/v2.0', /it admits accounts of every tenant/],
    ['https://LOGIN.microsoftonline.com/Common/v2.0', /it admits accounts of every tenant/],
    ['https://login.microsoftonline.com/{tenantid}/v2.0', /a placeholder/],
  ])('says what is wrong with the issuer %s', (signInIssuer, message) => {
    expect(() => read({ signInIssuer, userClaim: 'upn' })).toThrow(message);
    expect(() => read({ signInIssuer, userClaim: 'upn' })).toThrow(
      /expected the issuer as the provider spells it/,
    );
  });

  test.each([undefined, 'email'])(
    'says that Entra does not verify mail addresses: userClaim %s',
    (userClaim) => {
      const given = { signInIssuer: ENTRA, ...(userClaim === undefined ? {} : { userClaim }) };
      expect(() => read(given)).toThrow(/Entra does not verify the claim email.*pass -c userClaim=upn/);
    },
  );

  test.each([
    ['[]', /not a JSON object/],
    ['devs', /not a JSON object/],
    ['{"Devs":"1"}', /"Devs" cannot be a name in a tag/],
    ['{"devs":""}', /devs has the value ""/],
    ['{"devs":7}', /devs has the value 7/],
    [JSON.stringify(Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`g${n}`, 'x']))), /41 groups/],
  ])('says what is wrong with the groups %s', (groups, message) => {
    expect(() => read({ groups })).toThrow(message);
  });

  test('says that Google has no groups, and that a claim without groups has no effect', () => {
    expect(() => read({ signInIssuer: GOOGLE, groups: { devs: '1' } })).toThrow(
      /Google's ID tokens have no groups/,
    );
    expect(() => read({ groupsClaim: 'roles' })).toThrow(/groupsClaim is "roles", but no groups are given/);
  });

  test.each([
    'sign-in',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sign-in',
    'arn:aws:ssm:eu-central-1:111122223333:parameter/sign-in-AbCdEf',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:*-AbCdEf',
  ])('says that %s is not the ARN of a secret', (signInSecretArn) => {
    expect(() => read({ signInSecretArn })).toThrow(/expected the ARN of a secret/);
  });
});
