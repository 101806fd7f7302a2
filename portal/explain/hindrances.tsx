import { problemPage } from '../../core/problem-codes.ts';
import { Commands } from '../look/command.tsx';
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
