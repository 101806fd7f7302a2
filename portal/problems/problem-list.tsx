import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MendPrinter } from '../../core/explain/names/print-mend.ts';
import type { NameView } from '../address/address.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import { Command } from '../look/command.tsx';
import { BreakingName, MarkedText } from '../look/parts.tsx';
import { mendPrinter } from '../words/commands.ts';
import { printCount } from '../words/counts.ts';
import type { Place } from '../words/links.ts';
import type { ProblemView } from './describe-problem.ts';

/** More problems than this are folded. */
const MOST_FOLDED = 3;

/** The most problems on a page. A browser takes seconds to show thousands, and a person searches among them. */
const MOST_SHOWN = 100;

/** The problems above the list. The summary links here. */
export function ProblemSection({
  problems,
  total,
  isOpen,
  place,
}: {
  problems: readonly ProblemView[];
  /** The number of all problems, those that a filter hides included. */
  total: number;
  /** Shows all of them, and goes to them. */
  isOpen: boolean;
  place: Place;
}) {
  const { address } = useNavigation();
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (isOpen) section.current?.focus();
  }, [isOpen]);
  if (problems.length === 0) return null;
  const shown = problems.slice(0, isOpen ? MOST_SHOWN : MOST_FOLDED);
  return (
    <section ref={section} id="problems" aria-labelledby="problems-title" tabIndex={-1}>
      <div class="bar">
        <h2 id="problems-title">Problems</h2>
        <p class="soft small">
          {problems.length < total ? `${printCount(problems.length)} of ${printCount(total)} match. ` : ''}
          Each one needs a person. Other apps are not affected.
        </p>
      </div>
      <ProblemList problems={shown} print={mendPrinter(place)} />
      {shown.length < problems.length && (
        <p class="small">
          {isOpen ? (
            `${printCount(problems.length - shown.length)} more are not shown. Search for a name, an instance or a tag.`
          ) : (
            <Link to={{ ...address, view: { on: 'problems' } }}>
              {problems.length > MOST_SHOWN
                ? `Show ${MOST_SHOWN} of ${printCount(problems.length)} problems`
                : `Show all ${problems.length} problems`}
            </Link>
          )}
        </p>
      )}
    </section>
  );
}

/** Problems as cards. */
function ProblemList({ problems, print }: { problems: readonly ProblemView[]; print: MendPrinter }) {
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <ProblemCard key={problem.text} problem={problem} print={print} />
      ))}
    </ul>
  );
}

function ProblemCard({ problem, print }: { problem: ProblemView; print: MendPrinter }) {
  const { headline, detail, mend, instance, tag, found, down, others, remedy, code, page, isClaim } = problem;
  return (
    <li class="panel problem" data-kind={isClaim ? 'claim' : 'fault'}>
      <h3>
        <MarkedText text={headline} />
      </h3>
      <dl class="facts-table">
        <Fact title="Keeps down">{down.length > 0 && <Names names={down} />}</Fact>
        <Fact title={isClaim ? 'Name' : 'Concerns'}>{others.length > 0 && <Names names={others} />}</Fact>
        <Fact title="Instance">
          {instance && (
            <>
              {instance.name} <code class="whole">{instance.id}</code>
            </>
          )}
        </Fact>
        <Fact title="Tag">
          {tag !== '' && (
            <span>
              <code>{tag}</code>
              {found !== undefined && ' = '}
              {found !== undefined && <code>{found}</code>}
            </span>
          )}
        </Fact>
        <Fact title="Note">{detail !== undefined && <MarkedText text={detail} />}</Fact>
        <Fact title="Cause">{tag === '' && found !== undefined && <code>{found}</code>}</Fact>
        <div>
          <dt>{remedy === undefined ? 'More' : 'Remedy'}</dt>
          <dd>
            {remedy !== undefined && <MarkedText text={`${remedy} · `} />}
            <a class="soft whole" rel="noreferrer" href={page}>
              More about {code}
            </a>
          </dd>
        </div>
      </dl>
      {mend && (
        <div class="commands">
          {print(mend).map((command) => (
            <Command key={command} command={command} />
          ))}
        </div>
      )}
    </li>
  );
}

/** A line of a card; nothing without a value. */
function Fact({ title, children }: { title: string; children: ComponentChildren }) {
  if (children === false || children === undefined) return null;
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Names({ names }: { names: readonly NameView[] }) {
  return names.map(({ hostname, label, suffix, fragment }) => (
    <span key={hostname}>
      <a href={fragment}>
        <b>
          <BreakingName name={label} />
        </b>
        <BreakingName name={suffix} />
      </a>{' '}
    </span>
  ));
}

interface MissingNameProps {
  name: string;
  problems: readonly ProblemView[];
  place: Place;
}

/** Why a name is not served. */
export function MissingName({ name, problems, place }: MissingNameProps) {
  const own = problems.filter((problem) => concerns(problem, name));
  return (
    <section aria-labelledby="missing-title">
      <h2 id="missing-title">
        No app answers at <BreakingName name={name} />
      </h2>
      {own.length > 0 ? (
        <ProblemList problems={own.slice(0, MOST_SHOWN)} print={mendPrinter(place)} />
      ) : (
        <p class="soft">No instance has a tag for this name.</p>
      )}
    </section>
  );
}

/** Whether a problem is about a name. */
function concerns({ down, others }: ProblemView, name: string): boolean {
  return [...down, ...others].some(({ hostname }) => hostname === name);
}
