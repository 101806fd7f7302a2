import type { Setting } from './setting.ts';
import { parseFlag } from './values.ts';

const PLACES = ['s3', 'off'] as const;

/** Where access logs go. With `off` there are no traffic figures. */
export type AccessLogs = (typeof PLACES)[number];

/** The setting `accessLogs`. */
export const ACCESS_LOGS: Setting<AccessLogs> = {
  name: 'accessLogs',
  meaning:
    'Where CloudFront writes a line for each request. `s3`: to a bucket of its own, for 30 days and without the address of the viewer; a function counts them by app and hour, for the command `traffic` and for the portal ([access logs](../operate/access-logs.md)). `off`: nowhere.',
  usual: '`s3`',
  expected: 's3 or off',
  example: 'off',
  parse: (text) => PLACES.find((place) => place === text),
};

/** The setting `accessLogsViewer`. */
export const ACCESS_LOGS_VIEWER: Setting<boolean> = {
  name: 'accessLogsViewer',
  meaning: "Adds the viewer's IP address to each line of the access logs. It is personal data.",
  usual: '`false`',
  expected: 'true or false',
  example: 'true',
  prop: 'flag',
  parse: parseFlag,
};
