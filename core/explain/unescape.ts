/** Decodes every escape of a text and never throws: bytes that are not UTF-8 become U+FFFD, as `querystring.unescape` of the edge has it. */
export function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // An escape is malformed, or not UTF-8.
  }
  const bytes = [...text.matchAll(/%([\da-f]{2})|(.)/gis)].map(([, hex, character = '']) =>
    hex === undefined ? character.charCodeAt(0) & 0xff : Number.parseInt(hex, 16),
  );
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
