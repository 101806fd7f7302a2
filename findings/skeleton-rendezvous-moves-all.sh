#!/usr/bin/env bash
# skeleton-rendezvous 1.1.3: the site that completes a second cluster moves nearly every key. Plain rendezvous hashing moves one key in n. From 30 sites to 31
# about 3 % of the keys move, as they should; from 31 to 32 almost all do, since the library then splits its one cluster in two.
# Our own pick (core/wire/pick.ts) is plain rendezvous hashing for this reason.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts skeleton-rendezvous@1.1.3
cat > see.cjs <<'JS'
const Hasher = require('skeleton-rendezvous');
const sites = (n) => Array.from({ length: n }, (_, i) => `site-${100 + i}`);
function movedPercent(n) {
  const before = new Hasher({ sites: sites(n) });
  const after = new Hasher({ sites: sites(n + 1) });
  const keys = Array.from({ length: 5000 }, (_, i) => `key-${i}`);
  return (100 * keys.filter((key) => before.findSite(key) !== after.findSite(key)).length) / keys.length;
}
for (const n of [15, 30, 31, 32, 47]) {
  const moved = movedPercent(n);
  const ideal = 100 / (n + 1);
  console.log(`${n} to ${n + 1} sites: ${moved > 90 ? 'nearly all keys move' : moved < 2 * ideal ? 'the ideal share moves' : 'some'}`);
}
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
15 to 16 sites: the ideal share moves
30 to 31 sites: the ideal share moves
31 to 32 sites: nearly all keys move
32 to 33 sites: the ideal share moves
47 to 48 sites: nearly all keys move
SEEN
