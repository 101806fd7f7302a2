/** One replacement in a text, as offsets in the text before any replacement. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Edits in order of their place; of those at one place, in the order given. */
function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.start - b.start);
}

/** The text with every edit made; edits must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let from = 0;
  for (const edit of inOrder(edits)) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}

/** The offset in the original text of an offset in the edited one; inside a replacement, the edit's start. */
export function offsetBefore(edits: readonly Edit[], offset: number): number {
  let removed = 0;
  for (const { start, end, text } of inOrder(edits)) {
    const at = start - removed;
    if (offset < at) break;
    if (offset < at + text.length) return start;
    removed += end - start - text.length;
  }
  return offset + removed;
}
