/** What an element holds: text, or elements by name; a list repeats its element, `undefined` leaves it out. */
export type XmlValue = string | number | boolean | XmlElements;

/** Elements by name, in the order written. */
export interface XmlElements {
  [name: string]: XmlValue | readonly XmlValue[] | undefined;
}

/**
 * The elements as text, indented by nothing: `{ a: { b: [1, 2] } }` is `<a><b>1</b><b>2</b></a>`.
 * Names are the caller's own and not escaped.
 */
export function printXml(elements: XmlElements): string {
  return Object.entries(elements).map(printNamed).join('');
}

/** A whole document with one root that carries its namespace. */
export function printXmlDocument(root: string, namespace: string, elements: XmlElements): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${printXml(elements)}</${root}>`;
}

/** Text that no markup, XML or HTML, takes for its own; what XML 1.0 cannot carry becomes U+FFFD. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(UNSAFE, (character) => ESCAPES[character] ?? '\ufffd');
}

/** A bare CR would come back as LF from any XML parser, so it is escaped too. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#13;',
};

const UNSAFE = /[&<>"'\r]|[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function printNamed([name, value]: [string, XmlElements[string]]): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((member) => printNamed([name, member])).join('');
  const inner = typeof value === 'object' ? printXml(value) : escapeMarkup(String(value));
  return `<${name}>${inner}</${name}>`;
}

/** Array.isArray does not narrow a readonly array. */
function isList(value: XmlValue | readonly XmlValue[]): value is readonly XmlValue[] {
  return Array.isArray(value);
}
