import { isGated } from '../../../../core/entry/access.ts';
import { ACCESS_KEY, type AccessFile, parseAccessFile } from '../../../../core/entry/access-file.ts';
import { Fault } from '../../../../core/schema.ts';
import type { Check } from '../../check.ts';
import { advice, failure, ok } from '../../finding.ts';
import { requireSettings } from './settings.ts';

/** Which names does every viewer open, and does the function have the access rules? */
export const openNames: Check<AccessFile | Fault | undefined> = {
  async collect(cloud, deployment) {
    const { access } = requireSettings(deployment);
    const text = await cloud.object({ ...access, key: ACCESS_KEY });
    return text === undefined ? undefined : parseAccessFile(text);
  },
  evaluate: (file, { updaterName }) => {
    if (file === undefined || file instanceof Fault)
      return [
        failure(
          file === undefined
            ? 'there are no access rules yet, so no viewer can sign in'
            : `the access rules cannot be read: ${file}`,
          `look into the log of ${updaterName}, which writes ${ACCESS_KEY} with each change`,
        ),
      ];
    const open = [...file.hosts].flatMap(([host, access]) => (isGated(access) ? [] : [host])).sort();
    return [
      open.length === 0
        ? ok(`all ${file.hosts.size} names need a session`)
        : advice(
            `every viewer opens, without signing in: ${open.join(', ')}`,
            'if one should not be open, remove the tag proxy:access = public, or "access": "public" from its claim rule',
          ),
    ];
  },
};
