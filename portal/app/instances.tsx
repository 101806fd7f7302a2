import { Time } from '../look/parts.tsx';
import type { Fact, InstanceWords } from './facts.ts';

/** The instances of an app, each with its facts. */
export function Instances({ instances }: { instances: readonly InstanceWords[] }) {
  return (
    <section aria-labelledby="instances-title">
      <h2 id="instances-title">{instances.length === 1 ? 'Instance' : 'Instances'}</h2>
      <ul class="cards wide">
        {instances.map((instance) => (
          <InstanceItem key={instance.id} instance={instance} />
        ))}
      </ul>
    </section>
  );
}

function InstanceItem({ instance }: { instance: InstanceWords }) {
  const { id, name, state, launched, launchedBy, console: link, facts } = instance;
  return (
    <li class="card panel">
      <h3>
        {name} <code class="whole">{id}</code>
      </h3>
      <p class="soft small">
        {state === '' ? 'The list does not describe this instance.' : state}
        {launched && (
          <>
            , started <Time {...launched} />
          </>
        )}
        {launchedBy !== '' && <> by {launchedBy}</>}
      </p>
      {facts.length > 0 && <Facts facts={facts} />}
      {link !== undefined && (
        <p class="small">
          <a href={link} rel="noreferrer">
            Open in the AWS console
          </a>
        </p>
      )}
    </li>
  );
}

/** Names with their values. */
function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
