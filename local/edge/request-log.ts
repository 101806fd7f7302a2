import { styleText } from 'node:util';
import { parseRouterWords } from '../../core/traffic/router-words.ts';

/** One request that the edge has answered. */
export interface RequestRecord {
  method: string;
  /** The `Host` header, as sent; empty without one. */
  host: string;
  /** Request target, as sent. */
  target: string;
  /** 0 if the viewer closed the connection before an answer. */
  status: number;
  /** Reads of the KeyValueStore. */
  reads: number;
  milliseconds: number;
  /** The function's log line: app, instance and rule, separated by spaces. */
  log?: string;
  /** Why the edge answered instead of an app. */
  problem?: string;
}

type Style = 'bold' | 'grey' | 'red' | 'green' | 'yellow' | 'cyan';

/** The longest part of a line that comes from a request, in characters. */
const LONGEST = 120;

/** True for a terminal, unless NO_COLOR is set (https://no-color.org). */
export function wantsColour(stream: { isTTY?: boolean }, env: Record<string, string | undefined>): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '';
}

/** Styles the text if `colour` is true. */
export function styled(style: Style, text: string, colour: boolean): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** One line without a line break: `GET  shop.localhost/cart  200  shop → i-0abc  1 read  3.2 ms`. */
export function formatRequest(record: RequestRecord, colour: boolean): string {
  const paint = (style: Style, text: string) => (text === '' ? '' : styled(style, text, colour));
  const parts = [
    paint('bold', printable(record.method).padEnd(4)),
    printable(`${withoutPort(record.host)}${withoutSecrets(record.target)}`),
    paint(styleOf(record.status), record.status === 0 ? 'gone' : `${record.status}`),
    paint('cyan', formatChosen(record)),
    paint('grey', record.reads === 1 ? '1 read' : `${record.reads} reads`),
    paint('grey', `${record.milliseconds.toFixed(1)} ms`),
    paint('red', printable(record.problem ?? '')),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** Escapes everything except printable ASCII, so that no request can control the terminal. */
export function printable(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return cut.replace(/[^\x20-\x7e]/gu, spell);
}

/** Codes and tickets of a sign-in stay out of a terminal, which people share and copy from. */
function withoutSecrets(target: string): string {
  return target.startsWith('/_proxy/api/') ? target.replace(/\?.*/s, '?...') : target;
}

/** The app and the instance that the router chose, from its log line. */
function formatChosen(record: RequestRecord): string {
  const words = parseRouterWords(record.log ?? '');
  if (words === undefined) return '';
  const { app, instance, hinted } = words;
  const name = app === withoutPort(record.host).toLowerCase() ? firstLabel(app) : app;
  return `${printable(name)} → ${printable(instance)}${hinted === undefined ? '' : ' (hint)'}`;
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
