/** The content of an element: text, or elements by name. A list repeats its element; `undefined` omits it. */
export type XmlValue = string | number | boolean | XmlElements;

/** Elements by name, in the order written. */
export interface XmlElements {
  [name: string]: XmlValue | readonly XmlValue[] | undefined;
}

/** Prints elements without whitespace: `{ a: { b: [1, 2] } }` is `<a><b>1</b><b>2</b></a>`. Names are not escaped. */
export function printXml(elements: XmlElements): string {
  return Object.entries(elements).map(printNamed).join('');
}

/** Prints a document with one root and its namespace. */
export function printXmlDocument(root: string, namespace: string, elements: XmlElements): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${printXml(elements)}</${root}>`;
}

/** Escapes text for XML. Characters that XML 1.0 does not allow become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replaceAll(UNSAFE, (character) => ESCAPES[character] ?? '\ufffd');
}

/** A bare CR is escaped too, because XML parsers turn it into LF. */
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
  const inner = typeof value === 'object' ? printXml(value) : escapeXml(String(value));
  return `<${name}>${inner}</${name}>`;
}

/** Array.isArray does not narrow a readonly array. */
function isList(value: XmlValue | readonly XmlValue[]): value is readonly XmlValue[] {
  return Array.isArray(value);
}
