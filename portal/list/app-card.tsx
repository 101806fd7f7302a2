import { type ComponentChildren, Fragment } from 'preact';
import { Pill, Time } from '../look/parts.tsx';
import { AppName, CopyAddressButton, DetailsLink, FavouriteButton } from './app-parts.tsx';
import type { App } from './apps.ts';

/** One app of the list: all its facts, and what a person can do with it. */
export interface AppItemProps {
  app: App;
  isFavourite: boolean;
}

/** One app of a short list. */
export function AppCard({ app, isFavourite }: AppItemProps) {
  const { instances, paths, since, owner, lease, last } = app;
  return (
    <li class="card panel app" data-tone={app.tone}>
      <div class="head">
        <h3>
          <AppName app={app} />
        </h3>
        <Pill words={app.words} tone={app.tone} />
      </div>
      <dl class="facts-table">
        {since && (
          <Fact title="Since">
            <Time {...since} />
          </Fact>
        )}
        {owner !== undefined && <Fact title="Owner">{owner}</Fact>}
        {instances.length > 0 && (
          <Fact title={instances.length === 1 ? 'Instance' : 'Instances'}>
            <Instances instances={instances} />
          </Fact>
        )}
        {paths.length > 0 && (
          <Fact title={paths.length === 1 ? 'Path' : 'Paths'}>
            {paths.map((path) => (
              <code key={path}>{path}</code>
            ))}
          </Fact>
        )}
        {app.isOpen && <Fact title="Access">open to everyone, without signing in</Fact>}
        {lease && (
          <Fact title="Lease">
            <Time {...lease} />
          </Fact>
        )}
        {last && (
          <Fact title="Last request">
            <Time {...last} />
          </Fact>
        )}
      </dl>
      <div class="actions">
        <DetailsLink app={app} />
        {app.problems > 0 && <ProblemMark count={app.problems} />}
        <CopyAddressButton app={app} />
        <FavouriteButton app={app} isFavourite={isFavourite} />
      </div>
    </li>
  );
}

function Fact({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Instances by name and id. */
export function Instances({ instances }: Pick<App, 'instances'>) {
  return instances.map(({ id, name }, at) => (
    <Fragment key={id}>
      {at > 0 && ' '}
      <span class="instance">
        {name}
        <span class={name === undefined ? '' : 'beside'}>
          {' '}
          <code class="whole">{id}</code>
        </span>
        {at < instances.length - 1 && ','}
      </span>
    </Fragment>
  ));
}

/** Says that problems concern the app. */
export function ProblemMark({ count }: { count: number }) {
  return <span class="mark">{count === 1 ? '1 problem' : `${count} problems`}</span>;
}
