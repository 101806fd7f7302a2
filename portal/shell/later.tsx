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
  if (hasFailed) return <p class="soft">The edge does not answer. Reload the page.</p>;
  return Loaded === undefined ? null : <Loaded {...props} />;
}

/** The style of the pages that are loaded later. It stays. */
const STYLE = 'pages.css';

/** Loads a component together with its style, so that it is never shown without. */
export function withStyle<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    const [component] = await Promise.all([load(), loadStyle()]);
    return component;
  };
}

let style: Promise<unknown> | undefined;

function loadStyle(): Promise<unknown> {
  style ??= new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = STYLE;
    link.addEventListener('load', resolve);
    link.addEventListener('error', () => reject(new Error(`${STYLE} cannot be loaded`)));
    document.head.append(link);
  });
  return style;
}
