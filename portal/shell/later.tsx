import type { ComponentType } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Loads a component when it is first shown, because most visits never show it. @param load must be the same function each time */
export function Later<P extends object>({
  load,
  props,
}: {
  load: () => Promise<ComponentType<P>>;
  props: P;
}) {
  const [Loaded, setLoaded] = useState<ComponentType<P>>();
  const [hasFailed, setFailed] = useState(false);
  useLayoutEffect(() => {
    load().then(
      (component) => setLoaded(() => component),
      // After a deployment the site may lack a part of an older page.
      () => setFailed(true),
    );
  }, [load]);
  if (hasFailed) return <p>The edge does not answer. Reload the page.</p>;
  return Loaded === undefined ? <p class="soft">Loading …</p> : <Loaded {...props} />;
}
