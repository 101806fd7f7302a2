import { FULL_PORTAL, type PortalSettings, USUAL_TAGS } from '../../../core/journal/portal-settings.ts';
import type { Manner, Setting } from '../setting.ts';
import { SettingError } from '../setting.ts';
import { parseList } from '../values.ts';

const OPENINGS = ['names', 'public'] as const;

/** The facts that the portal shows to every viewer. */
type Opening = (typeof OPENINGS)[number];

/** The setting `portal`. */
const PORTAL: Setting<Opening> = {
  name: 'portal',
  meaning:
    'What the portal tells everybody, in a deployment with `public`: `names` has the hostnames and states of the apps; `public` has also their instances, tags, accounts, rules, problems and history, with the names of people who launched or changed them. With `allowedCidrs` or sign-in, the viewers see all of it.',
  usual: '`names`',
  expected: 'names or public',
  example: 'public',
  parse: (text) => OPENINGS.find((each) => each === text),
};

/** EC2 allows these characters everywhere (EC2 User Guide, "Tag restrictions"), all but the comma's neighbours. */
const TAG_KEY =
  /^[\p{L}\p{N}_.:/=+@-][\p{L}\p{N} _.:/=+@-]{0,126}[\p{L}\p{N}_.:/=+@-]$|^[\p{L}\p{N}_.:/=+@-]$/u;

/** The setting `portalTags`. */
const PORTAL_TAGS: Setting<readonly string[]> = {
  name: 'portalTags',
  meaning:
    'Tags of instances that the portal shows, searches and filters by, besides `Name`. `Owner` counts as `owner`. Choose no tag with a secret: every viewer of the portal can read it.',
  usual: `\`${USUAL_TAGS.join(',')}\``,
  expected: 'up to ten keys of tags, separated by commas, none of which begins with proxy:',
  example: 'owner,team',
  prop: 'list',
  parse: (text) => {
    const keys = parseList(text, (key) => (TAG_KEY.test(key) && !/^proxy:/i.test(key) ? key : undefined));
    return keys !== undefined && keys.length <= 10 ? keys : undefined;
  },
};

const SWITCH = ['on', 'off'] as const;

/** The setting `portalPrincipals`. */
const PORTAL_PRINCIPALS: Setting<(typeof SWITCH)[number]> = {
  name: 'portalPrincipals',
  meaning:
    'Whether the portal names the callers of events, as role and session (`Developer/alice`), without account ids. The [journal](../inside/journal.md) names them in any case.',
  usual: '`on`',
  expected: 'on or off',
  example: 'off',
  parse: (text) => SWITCH.find((each) => each === text),
};

/** The settings of the portal. */
export const PORTAL_SETTINGS = {
  portal: PORTAL,
  portalTags: PORTAL_TAGS,
  portalPrincipals: PORTAL_PRINCIPALS,
} as const;

/**
 * Reads the settings of the portal. It hides details from everybody, unless the deployment says otherwise.
 *
 * @param isOpen whether every viewer on the internet reaches the portal without signing in
 * @throws SettingError if `portal` is given and has no effect
 */
export function readPortal(
  get: <T>(setting: Setting<T>) => T | undefined,
  by: Manner,
  isOpen: boolean,
): PortalSettings {
  const opening = get(PORTAL);
  if (opening !== undefined && !isOpen) {
    throw new SettingError(
      `${by.word} ${by.nameOf(PORTAL)} is "${opening}", but not everybody reaches the portal, so its viewers see all of it; leave ${by.nameOf(PORTAL)} out`,
    );
  }
  return {
    detail: isOpen && opening !== 'public' ? 'names' : 'full',
    tags: get(PORTAL_TAGS) ?? FULL_PORTAL.tags,
    principals: get(PORTAL_PRINCIPALS) !== 'off',
  };
}
