/** One kind of problem: docs/use/problems.md has a section for each, written from this table. */
export interface ProblemKind {
  /** The fault, and its effect on the names involved. */
  meaning: string;
  /** How to mend it. */
  remedy: string;
}

/** Every kind of problem, in the order in which a route comes about: its tags, its name, the instance, the store. */
export const PROBLEMS = {
  'unknown-tag': {
    meaning:
      'The key begins with `proxy:` but is not one of the tags. It is probably misspelt, so its route is not made. A misspelt key without a route name stops all routes of the instance.',
    remedy: 'Correct the key, or remove the tag. [Tags](tags.md) lists them all.',
  },
  'unsupported-tag': {
    meaning: 'This version knows the tag but cannot do what it asks for, so its route is not made.',
    remedy: 'Remove the tag.',
  },
  'bad-route-name': {
    meaning: 'The middle part of a key such as `proxy:api:host` names a route. This name is not valid.',
    remedy: 'Use 1–32 lower-case letters, digits and hyphens.',
  },
  'bad-value': {
    meaning:
      'The value of a tag is not valid, so the route is not made. All faults of a route are listed at once.',
    remedy: 'Correct the value. The message says which values the tag takes.',
  },
  'scheme-without-cert-name': {
    meaning: '`proxy:scheme` = `https` and `proxy:cert-name` belong together. One of them is missing.',
    remedy: 'Add the other tag, or remove this one.',
  },
  'tls-port': {
    meaning:
      'The route uses port 443 or 8443 without a scheme. It is made, and CloudFront speaks plain HTTP to a port where servers usually expect TLS.',
    remedy:
      'Set `proxy:scheme` to `https` and add `proxy:cert-name`. If the app speaks plain HTTP there, set `proxy:scheme` to `http`.',
  },
  'missing-host': {
    meaning: 'A route has tags but no `proxy:host`, or an empty one.',
    remedy: 'Give the route a name with `proxy:host`, or remove its other tags.',
  },
  'bad-name': {
    meaning:
      'The hostname is not valid, is reserved, is outside the base domain, or is deeper than the deployment allows. The other names of the tag are not affected.',
    remedy: 'Choose another name. The message says what is wrong and often proposes one.',
  },
  'too-many-names': {
    meaning: 'A tag may ask for at most 10 names, and an instance for at most 50.',
    remedy: 'Remove names from the tag.',
  },
  'name-not-allowed': {
    meaning: 'The deployment keeps this name for certain accounts, regions, VPCs or tags (setting `claims`).',
    remedy: 'Choose another name, or ask the owner of the deployment to change the rule.',
  },
  'unknown-group': {
    meaning:
      '`proxy:access` names a group that the setting `groups` does not have, so the route is not made.',
    remedy: 'Correct the name, or ask the owner of the deployment to add the group.',
  },
  'access-not-allowed': {
    meaning:
      '`proxy:access` = `public` lets viewers in who are not signed in. The deployment allows it only for names of a claim rule with `"access": "public"`, so the route is not made.',
    remedy: 'Choose another value, or ask the owner of the deployment to add such a rule (setting `claims`).',
  },
  'access-differs': {
    meaning:
      'Instances or routes of one name have different values in `proxy:access`. Only people whom all of them admit may open the name.',
    remedy: 'Make the tags equal.',
  },
  'duplicate-route': {
    meaning: 'Two routes of one instance have the same name, path and conditions. The first one is used.',
    remedy: 'Give one of them another name, path or match.',
  },
  'name-taken': {
    meaning:
      'Another instance has the name. It keeps it until its tags no longer ask for it or it is terminated.',
    remedy:
      'Choose another name. If both instances should serve the name, give them the same `proxy:group` in one account.',
  },
  'name-held': {
    meaning:
      'The tags of the instance that has the name have become wrong. The name is closed for two minutes and kept for that instance.',
    remedy: 'Correct the tags before the time in the message. After that another instance may get the name.',
  },
  'no-public-name': {
    meaning:
      'The instance is running without a public DNS name, so CloudFront cannot reach it. Its names stay `starting`.',
    remedy:
      'Give it an IPv6 address, which is free, or a public IPv4 address. The VPC needs DNS support and DNS hostnames.',
  },
  'address-missing': {
    meaning:
      'The instance is running without an address of the kind that `proxy:address` asks for. Its names stay `starting`.',
    remedy: 'Give it an address of that kind, or remove the tag: then any public address counts.',
  },
  'address-not-public': {
    meaning:
      'The instance has no public IPv4 name, and its IPv6 addresses are not public: they are unique local (`fd00::/8`), or otherwise outside `2000::/3`. Its names stay `starting`.',
    remedy:
      'Add a range of public IPv6 addresses to its VPC and subnet, and assign one to its primary network interface.',
  },
  'address-on-other-interface': {
    meaning:
      'The instance has no public IPv4 name, and its public IPv6 addresses belong to further network interfaces. CloudFront uses the primary interface only. Its names stay `starting`.',
    remedy: 'Assign a public IPv6 address to its primary network interface (device 0).',
  },
  'name-unresolved': {
    meaning:
      'The public DNS name of the IPv6 address of the instance does not exist, or leads to another address. CloudFront could not reach the instance, so its route is not made. The next sweep looks again, within a minute.',
    remedy:
      'Enable DNS support and DNS hostnames in the VPC of the instance (`enableDnsSupport` and `enableDnsHostnames`).',
  },
  'name-unanswered': {
    meaning:
      'DNS did not answer whether the public name of the IPv6 address of the instance exists. The route is made all the same. The next sweep asks again, within a minute.',
    remedy:
      'If viewers get errors, enable DNS support and DNS hostnames in the VPC of the instance. If no name gets an answer, read the log of the updater.',
  },
  'no-room': {
    meaning:
      'The value of a name in the store holds 1 KB. The routes of this instance do not fit, so it is left out.',
    remedy: 'Use fewer or shorter paths, or spread the instances over two names.',
  },
  'settings-differ': {
    meaning:
      'Instances of a group serve the same path with different `strip-path`, `cert-name`, `sticky` or `timeout`. The settings of the instance that has had the name longest are used.',
    remedy: 'Make the tags of all members equal.',
  },
  'more-problems': {
    meaning: 'The instance has more problems than are shown.',
    remedy: 'Mend the ones that are shown.',
  },
  'listing-failed': {
    meaning: 'The instances of a region or account could not be listed. Their routes stay as they are.',
    remedy:
      'Wait for the next sweep. If the problem stays, read the log of the updater and check its permissions and regions.',
  },
  'instances-missing': {
    meaning:
      'So many instances are missing from the listing that the updater doubts it. Their names stay as they are.',
    remedy:
      'Check the regions and permissions of the updater. If the instances are really gone, confirm it with `{"action":"reconcile","confirm":"removals"}`.',
  },
  'name-occupied': {
    meaning:
      'The store has a value for this name that this deployment did not write. It belongs to another deployment, or a person wrote it.',
    remedy: 'Choose another name, or remove that key from the store.',
  },
  'token-unknown': {
    meaning:
      'The name has never been served, and its token cannot be computed because the origin secret or the token counts cannot be read.',
    remedy: 'Read the log of the updater and check its permissions for the secret and the journal bucket.',
  },
  'deletes-off': {
    meaning: 'The deployment only adds and changes names (setting `mode` is `upsert-only`).',
    remedy: 'Set `mode` to `sync` if names should be deleted.',
  },
  'dry-run': {
    meaning:
      'The deployment writes nothing (setting `mode` is `dry-run`). The message says which name would change.',
    remedy: 'Set `mode` to `sync` if the change should be made.',
  },
  'store-refused': {
    meaning:
      'CloudFront refused the key or the value of this name. The updater tries again when the value changes.',
    remedy: 'Change the tags of its instances.',
  },
  'changes-too-often': {
    meaning:
      'The name or an instance behind it has changed ten times within five minutes. Additions and changes are written once a minute at most. Removals are written at once.',
    remedy:
      'Find out why the instance or its tags change. The limit ends after five minutes without a change.',
  },
  'store-full': {
    meaning: 'The store has no room for the name. Existing routes are not affected.',
    remedy: 'Remove names that are not needed.',
  },
  'no-routes-file': {
    meaning: 'The updater has not published a list of routes yet.',
    remedy: 'Wait some seconds. If the problem stays, read the log of the updater.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

const PAGE = 'https://github.com/dynamic-edge-proxy/dynamic-edge-proxy/blob/main/docs/use/problems.md';

/** The address of the section that explains a code. The page has none for a code of another version, and opens at its top. */
export function problemPage(code: string): string {
  return /^[a-z-]+$/.test(code) ? `${PAGE}#${code}` : PAGE;
}
