import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../../infra/settings/schema.ts';
import { OPTIONS, PROPS, type Setting } from '../../infra/settings/setting.ts';

/** Where the settings are documented. */
export const CONFIGURATION_FILE = fileURLToPath(new URL('../../docs/use/configuration.md', import.meta.url));

const HEAD = `# Configuration

<!-- Written by tools/docs/generate.ts from infra/settings/schema.ts: change it there and run \`npx tsx tools/docs/generate.ts\`. -->

Settings describe a deployment. They are values of the CDK's *context*. Pass them with \`-c name=value\`, or put them under \`context\` in
\`cdk.json\`, where lists may be lists and flags \`true\` or \`false\`. Only one is required: \`allowedCidrs\`, \`public\`,
or [sign-in](#signinissuer) with its three settings.

\`\`\`sh
npx cdk deploy --all -c allowedCidrs=203.0.113.0/24
npx cdk deploy --all -c allowedCidrs=203.0.113.0/24 -c baseDomain=dev.example.com -c certificateArn=ARN -c regions=us-east-1,eu-west-1
\`\`\`

A setting that is unknown, invalid or contradicts another stops the synth. The message names the setting, the reason and a valid
value. In your own CDK app the settings are the props of the construct \`DynamicEdgeProxy\` ([construct.md](construct.md)).

| setting | default |
| --- | --- |
`;

/** The page that documents every setting. */
export function configurationPage(): string {
  const rows = SETTINGS.map(
    ({ name, usual }) => `| [\`${name}\`](#${name.toLowerCase()}) | ${usual ?? ''} |`,
  );
  return `${HEAD}${rows.join('\n')}\n\n## All settings\n\n${SETTINGS.map(section).join('\n')}`;
}

function section(setting: Setting<unknown>): string {
  const { name, meaning, expected, usual, example } = setting;
  const preset = usual === undefined ? '' : `- Default: ${usual}\n`;
  return `### \`${name}\`

${meaning}

- Takes: ${expected}
${preset}- Example: \`${OPTIONS.advise(setting, example)}\`
- As a prop: \`${PROPS.advise(setting, example)}\`
`;
}
