import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { Time } from '../look/parts.tsx';
import { describeAge } from '../words/spans.ts';

/** The deployment, and the age of its list. */
export function Footer({ list: { deployment, updatedAt }, now }: { list: RoutesFile; now: Milliseconds }) {
  return (
    <footer class="soft small facts">
      <span>Deployment {deployment}</span>
      <span>
        List written <Time at={updatedAt} words={describeAge(Date.parse(updatedAt), now)} />
      </span>
      <a href="routes.json">routes.json</a>
    </footer>
  );
}
