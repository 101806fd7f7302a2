/** Cuts the first fields off a body; the rest may contain dots. Undefined if there are fewer fields. */
export function cutFields(body: string, count: number): string[] | undefined {
  const fields: string[] = [];
  let rest = body;
  for (let i = 0; i < count; i++) {
    const dot = rest.indexOf('.');
    if (dot < 0) return undefined;
    fields.push(rest.slice(0, dot));
    rest = rest.slice(dot + 1);
  }
  return [...fields, rest];
}

/** A number in decimal, which the router reads at the least cost. */
export function printNumber(number: number): string {
  return String(number);
}

/** NaN for a text that `printNumber` does not write for a whole number of 0 or more. */
export function parseNumber(text = ''): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 && printNumber(number) === text ? number : Number.NaN;
}

/** A number with zeros before it, so that the next field begins at a fixed place. */
export function printPadded(number: number, digits: number): string {
  return printNumber(number).padStart(digits, '0');
}

/** NaN for a text that `printPadded` does not write, or that has another length. */
export function parsePadded(text = '', digits: number): number {
  return text.length === digits ? parseNumber(text.replace(/^0+(?=.)/, '')) : Number.NaN;
}

/** Whether all numbers of a body were readable. */
export function areNumbers(...numbers: readonly number[]): boolean {
  return !numbers.some(Number.isNaN);
}

/** 128 bits in base64url. */
export function isBits128(text = ''): boolean {
  return /^[\w-]{22}$/.test(text);
}

/** Names that people give to groups and programs: 1–32 lower-case letters, digits and inner hyphens. */
export function isShortName(text: string): boolean {
  return /^(?!-)[a-z\d-]{1,32}(?<!-)$/.test(text);
}
