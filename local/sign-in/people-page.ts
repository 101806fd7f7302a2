import { escapeHtml } from '../../core/html.ts';
import type { Person } from './people.ts';

/**
 * The page on which a person chooses an account. Each button posts to a path of its own. A policy for forms would also stop the way
 * back to the app, because Chromium applies it to redirects.
 */
export function peoplePage(path: string, people: readonly Person[]): string {
  const buttons = people.map(
    ({ subject, mail, groups }) =>
      `<button formaction="${escapeHtml(`${path}/${subject}`)}">${escapeHtml(mail)}
        <small>${escapeHtml(groups.length === 0 ? 'no group' : `group ${groups.join(', ')}`)}</small></button>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Sign in · local provider</title>
  <style>
    :root { --ink: #1c2230; --soft: #5a6478; --paper: #f4f6fa; --card: #fff; --line: #c9d0dd; --accent: #3b5bdb }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e8ebf2; --soft: #a3adc0; --paper: #12151d; --card: #1b202b; --line: #3a4355; --accent: #91a7ff }
    }
    * { box-sizing: border-box }
    body { max-width: 26rem; margin: 12vh auto; padding: 0 1.25rem; font: 1.0625rem/1.55 system-ui, sans-serif;
      background: var(--paper); color: var(--ink) }
    h1 { margin: 0 0 .5rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.02em }
    p { margin: 0 0 1.5rem; color: var(--soft) }
    button { display: block; width: 100%; margin: .6rem 0; padding: .7rem 1rem; font: inherit; text-align: left; cursor: pointer;
      background: var(--card); color: inherit; border: 1px solid var(--line); border-radius: 10px; overflow-wrap: anywhere }
    button:hover { border-color: var(--accent) }
    button:last-child { width: auto; margin-top: 1.5rem; border: 0; padding: .4rem 0; background: none; color: var(--accent); text-decoration: underline }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
    small { display: block; color: var(--soft) }
  </style>
</head>
<body>
  <main>
    <h1>Sign in</h1>
    <p>This OpenID Connect provider runs on your machine and needs no password.</p>
    <form method="post">
      ${buttons.join('\n      ')}
      <button formaction="${escapeHtml(`${path}/cancel`)}">Cancel</button>
    </form>
  </main>
</body>
</html>
`;
}
