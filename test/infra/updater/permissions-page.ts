import type { Template } from 'aws-cdk-lib/assertions';
import { listOf, type Statement } from '../statements.ts';

/** One line of the page. */
interface Row {
  who: string;
  effect: string;
  what: string;
  on: string;
  conditions: readonly Condition[];
}

interface Condition {
  /** Key and operator. */
  test: string;
  values: readonly string[];
}

const HEAD = `# Permissions

<!-- Written by test/infra/updater/permissions.test.ts from the synthesized templates: run \`npx vitest run test/infra/updater/permissions.test.ts -u\` after a change. -->

This page has every statement of every policy in the templates of a deployment with a domain, sign-in, three regions, two other accounts (\`444455556666\` has a VPC), a trail
and security groups. Stacks that repeat the statements of another are left out. No statement allows a wildcard action; [infra/wildcards.ts](../../infra/wildcards.ts) has the reason
for each wildcard resource. \`<Names>\` are those of the templates, \`team-a\` is the deployment, and \`111122223333\` is the home account. The permissions to deploy are not
here, because they belong to the role of the CDK's bootstrap stack; nor are those of the person who [subscribes to a plan](deploy.md#a-flat-rate-plan).
`;

/** The permissions that no template grants. */
const PEOPLE = `## People at the command line

These commands only read, with the credentials of the person who runs them.

| command | actions |
| --- | --- |
| \`list --target aws\` | \`cloudformation:ListStackResources\` of the edge stack, \`s3:ListBucket\` and \`s3:GetObject\` in the site bucket |
| \`explain --target aws\` | \`cloudformation:DescribeStacks\` of the edge stack, \`cloudfront:GetFunction\`, \`cloudfront:DescribeKeyValueStore\`, \`cloudfront-keyvaluestore:GetKey\` |
| the same, for a name without an app | also \`cloudformation:ListStackResources\` of the edge stack, \`cloudformation:DescribeStacks\` of the updater stack, \`s3:ListBucket\` and \`s3:GetObject\` in the site bucket and in the journal bucket |
| \`plan --target aws\` | \`cloudformation:DescribeStacks\` of the updater stack, \`lambda:GetFunctionConfiguration\` of the updater, \`cloudfront-keyvaluestore:ListKeys\`, \`ec2:DescribeInstances\` in each region; for instances of other accounts \`sts:AssumeRole\` of their reader roles, which must trust the person |

\`ListKeys\` and \`GetKey\` cannot be limited to some keys, so they also open the keys of sign-in; the commands never ask for these or drop them at once.
`;

/** docs/operate/permissions.md. */
export function permissionsPage(stacks: ReadonlyMap<string, Template>): string {
  const sections = [...stacks].map(([name, template]) => `## ${name}\n\n${tableOf(rowsIn(template))}`);
  return `${HEAD}\n${sections.join('\n\n')}\n\n${PEOPLE}`;
}

function tableOf(rows: readonly Row[]): string {
  const lines = merged(rows).map(({ who, effect, what, on, conditions }) => {
    const when = conditions.map(({ test, values }) => `${test} ${code(values)}`).join('; ');
    return `| ${[who, effect, what, on, when].join(' | ')} |`;
  });
  return ['| who | | what | on | if |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

/** Statements that differ only in their conditions' values share a row, such as those of seven rules for one queue. */
function merged(rows: readonly Row[]): Row[] {
  const found = new Map<string, Row>();
  for (const { conditions, ...row } of rows) {
    const key = JSON.stringify([row, conditions.map(({ test }) => test)]);
    const known = found.get(key)?.conditions;
    const both = conditions.map(({ test, values }, index) => ({
      test,
      values: [...new Set([...(known?.[index]?.values ?? []), ...values])],
    }));
    found.set(key, { ...row, conditions: both });
  }
  return [...found.values()];
}

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

function rowsIn(template: Template): Row[] {
  const resources: Record<string, Resource> = template.toJSON()['Resources'];
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    switch (Type) {
      case 'AWS::IAM::Role':
        return statementsOf(Properties['AssumeRolePolicyDocument']).map((each) =>
          rowOf(each, { on: code([named(id)]) }),
        );
      case 'AWS::IAM::Policy':
        return statementsOf(Properties['PolicyDocument']).map((each) =>
          rowOf(each, { who: code(listOf(Properties['Roles']).map(textOf)) }),
        );
      case 'AWS::Events::EventBusPolicy':
        return [rowOf(Properties['Statement'] as Statement, {})];
      case 'AWS::S3::BucketPolicy':
      case 'AWS::SQS::QueuePolicy':
      case 'AWS::SNS::TopicPolicy':
        return statementsOf(Properties['PolicyDocument']).map((each) => rowOf(each, {}));
      default:
        return [];
    }
  });
}

function statementsOf(document: unknown): Statement[] {
  return (document as { Statement: Statement[] }).Statement;
}

function rowOf(statement: Statement, known: { who?: string; on?: string }): Row {
  const { Effect, Action, Resource: resource, Principal, Condition } = statement;
  return {
    who: known.who ?? principalsOf(Principal),
    effect: Effect === 'Allow' ? 'may' : '**may not**',
    what: code(listOf(Action)),
    on: known.on ?? code(listOf(resource).map(textOf)),
    conditions: conditionsOf(Condition),
  };
}

function principalsOf(principal: unknown): string {
  if (typeof principal === 'string') return 'anybody';
  const [names] = Object.values(principal as Record<string, unknown>);
  const texts = listOf(names).map(textOf);
  return texts.includes('*') ? 'anybody' : code(texts);
}

function conditionsOf(condition: unknown): Condition[] {
  const operators = Object.entries((condition ?? {}) as Record<string, Record<string, unknown>>);
  return operators.flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      test: `\`${key}\` ${operator}`,
      values: listOf(values).map(textOf),
    })),
  );
}

function code(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(', ');
}

/** A reference has the name of its resource, without the CDK's hash, which has no meaning for people. */
function textOf(value: unknown): string {
  // An asset is named by its content.
  if (typeof value === 'string') return value.replace(/[0-9a-f]{64}/, '<hash>');
  const [[kind, operand] = ['', '']] = Object.entries(value as Record<string, unknown>);
  switch (kind) {
    case 'Ref':
      return named(String(operand));
    case 'Fn::GetAtt':
      return named((operand as string[])[0] ?? '');
    case 'Fn::GetStackOutput':
      return named(
        (operand as { OutputName: string }).OutputName.replace(/^PublishOutput(?:FnGetAtt|Ref)/, ''),
      );
    case 'Fn::Join':
      return (operand as [string, unknown[]])[1].map(textOf).join('');
    // The end of the name of the function that signs viewers in.
    case 'Fn::Select':
      return '<part of the stack’s id>';
    default:
      throw new Error(`${kind} is new here: say how people should read it`);
  }
}

function named(id: string): string {
  return id.startsWith('AWS::')
    ? `<${id.slice(5)}>`
    : `<${id.replace(/[0-9A-F]{8}(?:[0-9a-f]{32}|Arn[0-9A-F]{8}|[0-9A-F]{8})?$/, '')}>`;
}
