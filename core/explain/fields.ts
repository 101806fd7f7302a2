/** A value of a request. `multiValue` is there if the viewer sent several. */
export interface OneField {
  value: string;
  multiValue?: { value: string }[];
}

/** Values of a request by name. */
export type Fields = Record<string, OneField>;

/** Has no prototype, because a header, cookie or parameter may be named `__proto__` or `constructor`. */
export function noFields(): Fields {
  return Object.create(null);
}

/** Adds a value under a name, which may have some already. */
export function addField(into: Fields, name: string, value: string): void {
  const known = into[name];
  if (known === undefined) into[name] = { value };
  else if (known.multiValue === undefined) known.multiValue = [{ value: known.value }, { value }];
  else known.multiValue.push({ value });
}

/** The parameters of a query or the cookies of a header, as sent. A piece without `=` is a name with an empty value. */
export function parsePairs(pieces: readonly string[]): Fields {
  const pairs = noFields();
  for (const piece of pieces) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    if (equals === -1) addField(pairs, piece, '');
    else addField(pairs, piece.slice(0, equals), piece.slice(equals + 1));
  }
  return pairs;
}
