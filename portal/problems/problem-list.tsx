import { mergeEqual, type Problem } from '../../core/problem.ts';
import { problemPage } from '../../core/problem-codes.ts';
import { MarkedText } from '../look/parts.tsx';

/** Problems, each with its tag, its instance and the remedy. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  return (
    <ul class="panel problems">
      {mergeEqual(problems).map((problem) => (
        <ProblemItem key={problem.message} problem={problem} />
      ))}
    </ul>
  );
}

function ProblemItem({ problem: { code, tag, instance, hostnames = [], message } }: { problem: Problem }) {
  // The line above the message already names the instance.
  const isOwn = instance !== '' && message.startsWith(`${instance}: `);
  return (
    <li>
      <p class="where soft">
        {[tag, instance, hostnames.join(' ')]
          .filter((text) => text !== '')
          .map((text) => (
            <code key={text}>{text}</code>
          ))}
      </p>
      <p class="message">
        <MarkedText text={isOwn ? message.slice(instance.length + 2) : message} />
      </p>
      <p class="soft small">
        More about{' '}
        <a rel="noreferrer" href={problemPage(code)}>
          {code}
        </a>
      </p>
    </li>
  );
}

/** All problems of the list. The summary links here. */
export function ProblemSection({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <section id="problems" aria-labelledby="problems-title" tabIndex={-1}>
      <h2 id="problems-title">Problems</h2>
      <p class="soft small">Each one needs a person. Other apps are not affected.</p>
      <ProblemList problems={problems} />
    </section>
  );
}

/** Why a name is not served. */
export function MissingName({ name, problems }: { name: string; problems: readonly Problem[] }) {
  const own = problems.filter(({ hostnames }) => hostnames?.includes(name));
  return (
    <section aria-labelledby="missing-title">
      <h2 id="missing-title">No app answers at {name}</h2>
      {own.length > 0 ? (
        <ProblemList problems={own} />
      ) : (
        <p class="soft small">No instance has a tag for this name.</p>
      )}
    </section>
  );
}
