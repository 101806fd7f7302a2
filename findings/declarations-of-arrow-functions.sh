#!/usr/bin/env bash
# TypeScript 7.0.2 infers `{ up: number; down?: undefined } | { down: number; up?: undefined }` for a function that returns one of two objects, and lets its callers read both members. In the
# declarations it leaves the absent members out if the function is an arrow whose body is a conditional expression. So the same code compiles beside the source and not against its
# .d.ts: "Property 'down' does not exist". With braces and `return`, as a method, or async, the members stay, and TypeScript 6.0.3 prints them always.
# The declarations of our package have no inferred union of this kind: TypeScript 6.0.3 prints no absent member for any of them.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund typescript-7@npm:typescript@7.0.2 typescript-6@npm:typescript@6.0.3
cat > source.ts <<'TS'
export const arrow = (n: number) => (n > 0 ? { up: n } : { down: n });
export const braces = (n: number) => { return n > 0 ? { up: n } : { down: n }; };
export const later = async (n: number) => (n > 0 ? { up: n } : { down: n });
export class Box { method(n: number) { return n > 0 ? { up: n } : { down: n }; } }
TS
cat > caller.ts <<'TS'
import { arrow, Box, braces, later } from './source.js';
export const all = [arrow(1).down, braces(1).down, new Box().method(1).down];
export const last = later(1).then(({ down }) => down);
TS
for version in 6 7; do
  tsc() { node "node_modules/typescript-$version/bin/tsc" --strict --target es2022 --module nodenext --ignoreConfig "$@"; }
  tsc --noEmit caller.ts && echo "TypeScript $version, beside the source: no fault"
  tsc --declaration --emitDeclarationOnly --outDir "declared-$version" source.ts
  cp caller.ts "declared-$version"
  tsc --noEmit "declared-$version/caller.ts" > faults && echo "TypeScript $version, against its declarations: no fault" || true
  sed -nE "s/^declared-.*caller.ts\(([0-9]+),.*error (TS[0-9]+): (Property '[a-z]+' does not exist).*/TypeScript $version, against its declarations: line \1, \2, \3/p" faults
  echo "TypeScript $version, functions with absent members: $(grep -c 'down?: undefined' "declared-$version/source.d.ts") of 4"
done | tee seen
diff - seen <<'SEEN'
TypeScript 6, beside the source: no fault
TypeScript 6, against its declarations: no fault
TypeScript 6, functions with absent members: 4 of 4
TypeScript 7, beside the source: no fault
TypeScript 7, against its declarations: line 2, TS2339, Property 'down' does not exist
TypeScript 7, functions with absent members: 3 of 4
SEEN
