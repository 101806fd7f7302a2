import type { ComponentChildren, ComponentType } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** A load that is shorter than this many milliseconds is not mentioned. */
const PATIENCE = 300;

/** Loads a component when it is first shown, because most visits never show it. @param load must be the same function each time */
export function Later<P extends object>({
  load,
  props,
  waiting = null,
}: {
  load: () => Promise<ComponentType<P>>;
  props: P;
  /** In its place if the load takes long. */
  waiting?: ComponentChildren;
}) {
  const [Loaded, setLoaded] = useState<ComponentType<P>>();
  const [hasFailed, setFailed] = useState(false);
  const [isLate, setLate] = useState(false);
  useLayoutEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  useLayoutEffect(() => {
    load().then(
      (component) => setLoaded(() => component),
      // After a deployment the site may lack a part of an older page.
      () => setFailed(true),
    );
  }, [load]);
  if (hasFailed) return <p class="soft">The edge does not answer. Reload the page.</p>;
  if (Loaded === undefined) return isLate ? waiting : null;
  return <Loaded {...props} />;
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
