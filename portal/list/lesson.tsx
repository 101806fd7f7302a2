import type { RouteSummary } from '../../core/journal/routes-file.ts';
import { hostnameOfName } from '../address/address.ts';
import { Command } from '../look/command.tsx';

/** The command that launches an app. A local cloud writes its own, for `shop`, into index.html. */
function launchCommand(name: string): string {
  const template = document.getElementById('launch-command');
  const command = template instanceof HTMLTemplateElement ? (template.content.textContent?.trim() ?? '') : '';
  return command.replace('--host shop', `--host ${name}`);
}

/** A name for an example: `shop`, or another one if an app has that. */
export function freeName(routes: readonly Pick<RouteSummary, 'hostname'>[], baseDomain: string): string {
  const taken = new Set(routes.map(({ hostname }) => hostname));
  const isFree = (name: string) => !taken.has(hostnameOfName(name, baseDomain));
  // A short list has a place for one of them.
  return ['shop', 'my-app'].find(isFree) ?? 'my-other-app';
}

/** Explains how to add an app under a name. @param example the address at which it would answer */
export function Lesson({
  name,
  isFirst,
  isLocal,
  example,
}: {
  name: string;
  isFirst: boolean;
  isLocal: boolean;
  example: string;
}) {
  return (
    <section class={isFirst ? 'teach panel' : 'teach'} aria-labelledby="teach-title">
      <h2 id="teach-title">{isFirst ? 'Nothing is live yet' : 'Add an app'}</h2>
      {isLocal ? (
        <div>
          <p>If your app listens on port 3000, run:</p>
          <Command command={launchCommand(name)} />
        </div>
      ) : (
        <div>
          <p>Give a running EC2 instance this tag:</p>
          <dl class="copy">
            <div>
              <dt>Key</dt>
              <dd>
                <code>proxy:host</code>
              </dd>
            </div>
            <div>
              <dt>Value</dt>
              <dd>
                <code>{name}</code>
              </dd>
            </div>
          </dl>
          <p>
            If the app does not listen on port 80, add <code>proxy:port</code>.
          </p>
        </div>
      )}
      <p class="soft">
        It then appears here and answers at <code>{example}</code>
      </p>
    </section>
  );
}
