/** One request that the edge has answered. */
export interface RequestRecord {
  method: string;
  /** The `Host` header, as sent; empty without one. */
  host: string;
  /** Request target, as sent. */
  target: string;
  /** 0 when the viewer went away before an answer. */
  status: number;
  /** Reads of the KeyValueStore. */
  reads: number;
  milliseconds: number;
  /** What the function logged: `key=value` pairs, separated by blanks. */
  log?: string;
  /** Why the edge answered in an app's stead. */
  problem?: string;
}

/** SGR parameters (ECMA-48 §8.3.117). */
const STYLES = { bold: 1, grey: 90, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

type Style = keyof typeof STYLES;

/** Longest part of a line that others wrote, in characters. */
const LONGEST = 120;

/** True when a stream shows colours and nobody asked for none (https://no-color.org). */
export function wantsColour(stream: { isTTY?: boolean }, env: Record<string, string | undefined>): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '';
}

/** One line, no line end: `GET  shop.localhost/cart  200  shop → i-0abc  1 read  3.2 ms`. */
export function printRequest(record: RequestRecord, colour: boolean): string {
  const paint = colour ? ansi : plain;
  const parts = [
    paint('bold', printable(record.method).padEnd(4)),
    printable(`${withoutPort(record.host)}${record.target}`),
    paint(styleOf(record.status), record.status === 0 ? 'gone' : `${record.status}`),
    paint('cyan', chosen(record)),
    paint('grey', record.reads === 1 ? '1 read' : `${record.reads} reads`),
    paint('grey', `${record.milliseconds.toFixed(1)} ms`),
    paint('red', printable(record.problem ?? '')),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** Text that a terminal shows and never obeys: everything but printable ASCII is spelled out. */
export function printable(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return cut.replace(/[^\x20-\x7e]/gu, spell);
}

/** App and instance that the function named in its log line: app, instance and rule, parted by blanks. */
function chosen(record: RequestRecord): string {
  const [app, instance] = (record.log ?? '').split(' ');
  if (!app) return '';
  const name = app === withoutPort(record.host).toLowerCase() ? firstLabel(app) : app;
  return printable(name) + (instance ? ` → ${printable(instance)}` : '');
}

function styleOf(status: number): Style {
  if (status === 0) return 'grey';
  if (status >= 500) return 'red';
  return status >= 400 ? 'yellow' : 'green';
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '');
}

function firstLabel(hostname: string): string {
  return hostname.split('.')[0] || hostname;
}

function spell(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function ansi(style: Style, text: string): string {
  return text === '' ? '' : `\u001b[${STYLES[style]}m${text}\u001b[0m`;
}

function plain(_style: Style, text: string): string {
  return text;
}
