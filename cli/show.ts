/** Control characters, with the rest of a colour, and characters that turn the direction of a line. */
const OBEYED =
  /[^\P{Cc}\n\t](?:\[\d{1,3}m)?|[\p{Zl}\p{Zp}\u{61c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/**
 * A text for a terminal, which would obey characters of a tag, of an event or of another account's document. They are written as JSON
 * writes them, so a document of JSON means the same. Line breaks, tabs and colours stay.
 */
export function showable(text: string): string {
  return text.replace(OBEYED, (found) => (isColour(found) ? found : escapeFirst(found)));
}

function isColour(found: string): boolean {
  return found.startsWith('\u001b') && found.endsWith('m');
}

function escapeFirst(text: string): string {
  return `\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}${text.slice(1)}`;
}
