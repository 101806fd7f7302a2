import type { Instant } from '../list/apps.ts';

/** A name that may break before its dots. */
export function BreakingName({ name }: { name: string }) {
  return name.split(/(?=\.)/).map((label, i) => (
    <span key={i}>
      <wbr />
      {label}
    </span>
  ));
}

/** Text in which backticks mark code. */
export function MarkedText({ text }: { text: string }) {
  return text.split('`').map((piece, i) => (i % 2 === 1 ? <code key={i}>{piece}</code> : piece));
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
