import { Fragment } from 'preact';
import { isInstanceId } from '../../core/instance.ts';
import type { Instant } from '../list/apps.ts';

/** A name that may break before its dots. */
export function BreakingName({ name }: { name: string }) {
  return name.split(/(?=\.)/).map((label, i) => (
    <Fragment key={i}>
      <wbr />
      {label}
    </Fragment>
  ));
}

/** A text between backticks, or the id of an instance. */
const CODE = /`([^`]*)`|\b(i-[0-9a-f]{8,17})\b/;

/** Text in which backticks mark code. Ids of instances are code in any case, and do not break at their hyphen. */
export function MarkedText({ text }: { text: string }) {
  // Between two texts are the two groups of a match, one of which is undefined.
  return text.split(CODE).map((piece, i) => {
    if (i % 3 === 0 || piece === undefined) return piece;
    return (
      <code key={i} class={isInstanceId(piece) ? 'whole' : ''}>
        {piece}
      </code>
    );
  });
}

/** A time in words, with the exact time as a tooltip. */
export function Time({ at, words }: Instant) {
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {words}
    </time>
  );
}

/** A state in words, with a colour that repeats them. */
export function Pill({ words, tone }: { words: string; tone: string }) {
  return (
    <span class="pill" data-tone={tone}>
      {words}
    </span>
  );
}
