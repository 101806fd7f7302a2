import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeXml, printXml, printXmlDocument } from '../../local/xml.ts';

test('a list repeats its element, and an empty list and undefined are omitted', () => {
  const elements = { set: { item: [{ a: 1 }, { a: 2 }] }, none: [], absent: undefined, empty: '', yes: true };
  expect(printXml(elements)).toBe(
    '<set><item><a>1</a></item><item><a>2</a></item></set><empty></empty><yes>true</yes>',
  );
});

test('a document has its declaration and its namespace', () => {
  expect(printXmlDocument('R', 'urn:x', { a: 'b' })).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<R xmlns="urn:x"><a>b</a></R>',
  );
});

/** Texts of markup, controls, halves of surrogate pairs and noncharacters. */
const unit = fc.constantFrom(...'<>&"\'\r\n\0\u0008\u0085\ud83d\udc4b\ufffe\uffffaé', '👋', '&amp;');
const hostile = fc.array(unit, { maxLength: 20 }).map((parts) => parts.join(''));

test('no text becomes markup or breaks a document', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = escapeXml(text);
      expect(escaped).not.toMatch(/[<>"'\r\0\ufffe]|&(?!amp;|lt;|gt;|quot;|#39;|#13;)/);
      expect(() => encodeURIComponent(escaped)).not.toThrow();
    }),
  );
});

test('ordinary text stays as it is', () => {
  expect(escapeXml('Grüße, 世界 👋\n\tok')).toBe('Grüße, 世界 👋\n\tok');
});
