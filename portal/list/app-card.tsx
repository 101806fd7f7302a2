import { Pill, Time } from '../look/parts.tsx';
import type { App } from './apps.ts';

/** One app of the list. */
export function AppCard({ app }: { app: App }) {
  const { label, suffix, href, instances, paths, lease, last } = app;
  return (
    <li class="card panel">
      <div class="head">
        <h3>
          <a class="name" {...(href === undefined ? {} : { href })}>
            <b>{label}</b>
            <wbr />
            <span class="soft">{suffix}</span>
          </a>
        </h3>
        <Pill words={app.words} tone={app.tone} />
      </div>
      <dl>
        <Codes title={instances.length === 1 ? 'Instance' : 'Instances'} codes={instances} />
        {paths.length > 0 && <Codes title={paths.length === 1 ? 'Path' : 'Paths'} codes={paths} />}
        {app.isOpen && (
          <div>
            <dt>Access</dt>
            <dd>open to everyone, without signing in</dd>
          </div>
        )}
        {lease && (
          <div>
            <dt>Lease</dt>
            <dd>
              <Time {...lease} />
            </dd>
          </div>
        )}
        {last && (
          <div>
            <dt>Last request</dt>
            <dd>
              <Time {...last} />
            </dd>
          </div>
        )}
      </dl>
    </li>
  );
}

function Codes({ title, codes }: { title: string; codes: readonly string[] }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {codes.map((code) => (
          <code key={code}>{code}</code>
        ))}
      </dd>
    </div>
  );
}
