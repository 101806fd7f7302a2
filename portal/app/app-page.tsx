import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import { AppCard } from '../list/app-card.tsx';
import { describeApps, type Surroundings } from '../list/apps.ts';
import { MissingName, ProblemList } from '../problems/problem-list.tsx';

/** The page of one app. */
export function AppPage({
  hostname,
  list,
  around,
}: {
  hostname: string;
  list: RoutesFile;
  around: Surroundings;
}) {
  const { address } = useNavigation();
  const app = describeApps(list, around).find((each) => each.hostname === hostname);
  const problems = list.problems.filter(({ hostnames }) => hostnames?.includes(hostname));
  return (
    <>
      <p>
        <Link to={{ ...address, view: { on: 'list' } }}>All apps</Link>
      </p>
      {app === undefined ? (
        <MissingName name={hostname} problems={list.problems} />
      ) : (
        <section aria-label={hostname}>
          <ul class="cards">
            <AppCard app={app} />
          </ul>
          {problems.length > 0 && <ProblemList problems={problems} />}
        </section>
      )}
    </>
  );
}
