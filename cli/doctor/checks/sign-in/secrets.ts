import type { Seconds } from '../../../../core/wire/brands.ts';
import type { Check } from '../../check.ts';
import type { Cloud, SecretForm, SecretState } from '../../cloud.ts';
import { advice, type Finding, failure, ok, warning } from '../../finding.ts';
import { requireSettings } from './settings.ts';

const DAY = 86_400;
const YEAR_DAYS = 365;

/** A key of 256 bits needs 43 characters of letters and digits. */
const LEAST_CHARACTERS = 43;

interface SecretFacts {
  name: string;
  arn: string;
  state: SecretState | undefined;
  /** Undefined if the value may not be read. */
  form: SecretForm | undefined;
}

interface Facts {
  now: Seconds;
  client: SecretFacts;
  sessions: SecretFacts;
}

/** Are the secrets of the client and of the sessions there, in the right form, and not too old? No value is printed. */
export const secrets: Check<Facts> = {
  async collect(cloud, deployment) {
    const { keysArn, provider } = requireSettings(deployment);
    const [client, sessions] = await Promise.all([
      readFacts(cloud, 'the client secret', provider.clientSecretArn),
      readFacts(cloud, 'the secret of sessions', keysArn),
    ]);
    return { now: cloud.now(), client, sessions };
  },
  evaluate: ({ now, client, sessions }) => [
    ...evaluateSecret(client, now, evaluateClientForm, evaluateClientAge),
    ...evaluateSecret(sessions, now, evaluateSessionForm, evaluateSessionAge),
  ],
};

async function readFacts(cloud: Cloud, name: string, arn: string): Promise<SecretFacts> {
  const state = await cloud.secret(arn);
  const form = state === undefined || state.isDeleted ? undefined : await cloud.secretForm(arn);
  return { name, arn, state, form };
}

function evaluateSecret(
  { name, arn, state, form }: SecretFacts,
  now: Seconds,
  evaluateForm: (form: SecretForm) => Finding[],
  evaluateAge: (days: number) => Finding,
): Finding[] {
  const region = arn.split(':')[3] ?? '';
  if (state === undefined)
    return [
      failure(
        `${name} ${arn} does not exist, so no viewer can sign in`,
        'deploy with the ARN of an existing secret',
      ),
    ];
  if (state.isDeleted)
    return [
      failure(
        `${name} will be deleted by Secrets Manager and cannot be read`,
        `aws secretsmanager restore-secret --region ${region} --secret-id ${arn}`,
      ),
    ];
  return [
    ...(state.ownKey === undefined
      ? []
      : [
          failure(
            `${name} is encrypted with ${state.ownKey}, which the function may not use`,
            `aws secretsmanager update-secret --region ${region} --secret-id ${arn} --kms-key-id alias/aws/secretsmanager`,
          ),
        ]),
    ...(form === undefined
      ? [
          advice(
            `the form of ${name} was not examined, because your role may not read its value`,
            'nothing to do, unless sign-in fails: a role with secretsmanager:GetSecretValue would examine it',
          ),
        ]
      : evaluateForm(form)),
    evaluateAge(Math.floor((now - state.changedAt) / DAY)),
  ];
}

function evaluateClientForm({ characters, hasBlankEnds, isJson }: SecretForm): Finding[] {
  const remedy =
    'put the client secret alone into it, as plain text: docs/operate/sign-in.md#before-you-begin';
  if (characters === 0) return [failure('the client secret is empty', remedy)];
  if (isJson) return [failure('the client secret is JSON, and would be sent as it is', remedy)];
  if (hasBlankEnds)
    return [
      failure(
        'the client secret begins or ends with a blank or a line feed, which would be sent too',
        remedy,
      ),
    ];
  return [];
}

function evaluateSessionForm({ characters }: SecretForm): Finding[] {
  return characters >= LEAST_CHARACTERS
    ? []
    : [
        failure(
          `the secret of sessions has only ${characters} characters, so sessions can be forged by trying`,
          'put a random text of 64 characters into it: docs/operate/sign-in.md#switching-on-and-off',
        ),
      ];
}

function evaluateClientAge(days: number): Finding {
  return days > YEAR_DAYS
    ? warning(
        `the client secret is ${days} days old; many providers end one after one or two years, and then no viewer can sign in`,
        'look at the provider when it ends; a new one: docs/operate/sign-in.md#switching-on-and-off',
      )
    : ok(`the client secret is ${days} days old`);
}

function evaluateSessionAge(days: number): Finding {
  return days > YEAR_DAYS
    ? warning(
        `the secret of sessions is ${days} days old`,
        'renew it once a year; no person has to sign in again: docs/operate/sign-in.md#switching-on-and-off',
      )
    : ok(`the secret of sessions is ${days} days old`);
}
