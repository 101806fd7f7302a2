import { escapeMarkup } from '../xml.ts';
import type { Person } from './people.ts';

/**
 * The page on which a person chooses an account. Each button posts to a path of its own. A policy for forms would also stop the way
 * back to the app, because Chromium applies it to redirects.
 */
export function peoplePage(path: string, people: readonly Person[]): string {
  const buttons = people.map(
    ({ subject, mail, groups }) =>
      `<button formaction="${escapeMarkup(`${path}/${subject}`)}">${escapeMarkup(mail)}
        <small>${escapeMarkup(groups.length === 0 ? 'no group' : `group ${groups.join(', ')}`)}</small></button>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Sign in · local provider</title>
  <style>
    body { max-width: 26rem; margin: 12vh auto; padding: 0 1.25rem; font: 1.0625rem/1.55 system-ui, sans-serif }
    button { display: block; width: 100%; margin: .6rem 0; padding: .7rem 1rem; font: inherit; text-align: left; cursor: pointer }
    small { display: block; opacity: .75 }
  </style>
</head>
<body>
  <main>
    <h1>Sign in</h1>
    <p>This OpenID Connect provider runs on your machine and needs no password.</p>
    <form method="post">
      ${buttons.join('\n      ')}
      <button formaction="${escapeMarkup(`${path}/cancel`)}">Cancel</button>
    </form>
  </main>
</body>
</html>
`;
}
