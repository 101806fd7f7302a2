import { problemPage } from '../../core/problem-codes.ts';
import { MarkedText } from '../look/parts.tsx';
import type { Hindrance } from './words.ts';

/** Problems, each with the commands that mend it. */
export function Hindrances({ hindrances }: { hindrances: readonly Hindrance[] }) {
  return hindrances.map(({ problem: { code, message }, commands }) => (
    <div key={message} class="hindrance">
      <p>
        <MarkedText text={message} />.{' '}
        <a class="small" rel="noreferrer" href={problemPage(code)}>
          {code}
        </a>
      </p>
      <Commands commands={commands} />
    </div>
  ));
}

/** Commands to copy: one click selects a whole one. */
export function Commands({ commands }: { commands: readonly string[] }) {
  if (commands.length === 0) return null;
  return (
    <ul class="copy commands">
      {commands.map((command) => (
        <li key={command}>
          <code>{command}</code>
        </li>
      ))}
    </ul>
  );
}
