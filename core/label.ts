/** One label of a hostname in lower case, for regular expressions: 1–63 letters, digits and inner hyphens (RFC 1035 §2.3.1). */
export const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
