import { useState } from 'preact/hooks';
import { type HistoryFile, parseHistoryFile } from '../../core/journal/history-file.ts';
import { historyName } from '../../core/journal/site-documents.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import type { Loaded } from '../load/document.ts';
import { useDocument } from '../load/use-document.ts';
import { Pill, Time } from '../look/parts.tsx';
import { printClock } from '../words/times.ts';
import { buildTimeline, type Change, type Segment, SPANS, type SpanName } from './timeline.ts';

/** The changes of a name, as a bar and as a list. */
export function TimelineSection({
  hostname,
  version,
  now,
}: {
  hostname: Hostname;
  /** Differs when the name has changed. */
  version: string;
  now: Milliseconds;
}) {
  const [span, setSpan] = useState<SpanName>('24h');
  const history = useDocument(
    historyName(hostname),
    parseHistoryFile,
    // The history is written a little later than the list.
    `${version} ${Math.floor(now / 10_000)}`,
  );
  return (
    <section aria-labelledby="timeline-title">
      <div class="bar">
        <h2 id="timeline-title">Timeline</h2>
        <fieldset class="choice">
          <legend class="unseen">Span of time</legend>
          {Object.entries(SPANS).map(([name, { words }]) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === span}
              onClick={() => setSpan(name as SpanName)}
            >
              {words}
            </button>
          ))}
        </fieldset>
      </div>
      <TimelineBody history={history} span={span} now={now} />
    </section>
  );
}

function TimelineBody({
  history,
  span,
  now,
}: {
  history: Loaded<HistoryFile>;
  span: SpanName;
  now: Milliseconds;
}) {
  if (history.is === 'loading') return <p class="soft small">Loading the history …</p>;
  if (history.is === 'missing')
    return <p class="soft small">The updater has not recorded a change of this name yet ({history.why}).</p>;
  if (history.is !== 'here') return <p class="soft small">Can’t load the history: {history.why}.</p>;
  const { segments, changes, summary } = buildTimeline(history.value.moments, span, now);
  return (
    <>
      <Bar segments={segments} summary={summary} />
      <p class="soft small">{summary}</p>
      {changes.length > 0 && (
        <ol class="changes panel" aria-label="Changes, the newest first">
          {changes.map((change) => (
            <ChangeItem key={`${change.at} ${change.words}`} change={change} now={now} />
          ))}
        </ol>
      )}
    </>
  );
}

function Bar({ segments, summary }: { segments: readonly Segment[]; summary: string }) {
  return (
    <svg class="states" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label={summary}>
      {segments.map(({ start, width, state, tone, title }) => (
        <rect
          key={start}
          x={start}
          width={Math.max(width, 1)}
          height="24"
          data-tone={tone}
          data-state={state}
        >
          <title>{title}</title>
        </rect>
      ))}
    </svg>
  );
}

function ChangeItem({ change, now }: { change: Change; now: Milliseconds }) {
  const { at, words, tone, cause, instances, lasted, isEarlier } = change;
  return (
    <li class="row change">
      <span class="when">
        <Time at={new Date(at).toISOString()} words={printClock(at, now)} />
        {isEarlier && <span class="soft"> (earlier)</span>}
      </span>
      <Pill words={words} tone={tone} />
      <span class="why">
        {cause}
        <span class="soft">
          , {lasted === undefined ? 'until now' : `for ${lasted}`}{' '}
          {instances.map((id) => (
            <code key={id}>{id}</code>
          ))}
        </span>
      </span>
    </li>
  );
}
