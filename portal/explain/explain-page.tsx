import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import type { Surroundings } from '../list/apps.ts';
import { ExplainBox } from './explain-box.tsx';

/** The page that explains one address. Notices lead here. */
export function ExplainPage({ url, list, around }: { url: string; list: RoutesFile; around: Surroundings }) {
  const { address, go } = useNavigation();
  return (
    <>
      <p>
        <Link to={{ ...address, view: { on: 'list' } }}>All apps</Link>
      </p>
      <section aria-labelledby="explain-title">
        <h2 id="explain-title">Why does this address show what it shows?</h2>
        {url === '' && (
          <p class="soft small">
            Write the name or the address of an app. The answer says which instance gets the request, or why
            none does, and the command that mends it.
          </p>
        )}
        <ExplainBox
          address={url}
          onAsk={(asked) => go({ ...address, view: { on: 'explain', url: asked } })}
          {...{ list, around }}
        />
      </section>
    </>
  );
}
