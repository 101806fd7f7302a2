import { distance } from 'fastest-levenshtein';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { explainListed } from '../../core/explain/listed/explain-listed.ts';
import { isLeaseEnd, parseHistoryFile } from '../../core/journal/history-file.ts';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { historyName } from '../../core/journal/site-documents.ts';
import { toSeconds } from '../../core/time.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { hostnameOfName } from '../address/address.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import { useKeptFocus } from '../keys/kept-focus.ts';
import type { Surroundings } from '../list/apps.ts';
import { useDocument } from '../load/use-document.ts';
import { Commands } from '../look/command.tsx';
import { MarkedText, Pill, Time } from '../look/parts.tsx';
import { describeReason, type Reason } from '../words/causes.ts';
import { appHref } from '../words/links.ts';
import { describeState } from '../words/states.ts';
import { printClock } from '../words/times.ts';
import { Hindrances } from './hindrances.tsx';
import { describeExplained, type ExplainedWords } from './words.ts';

/** Says which app answers an address, or why none does. */
export function ExplainBox({
  address,
  onAsk,
  list,
  around,
}: {
  address: string;
  onAsk: (address: string) => void;
  list: RoutesFile;
  around: Surroundings;
}) {
  return (
    <>
      <AddressForm address={address} example={exampleAddress(list, around)} onAsk={onAsk} />
      {address !== '' && <Answer address={address} list={list} around={around} />}
    </>
  );
}

/** An address in this deployment. */
function exampleAddress({ baseDomain }: RoutesFile, { place }: Surroundings): string {
  return appHref(hostnameOfName('shop', baseDomain), baseDomain, ['/cart'], place) ?? '';
}

function AddressForm({
  address,
  example,
  onAsk,
}: {
  address: string;
  example: string;
  onAsk: (address: string) => void;
}) {
  const [text, setText] = useState(address);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => setText(address), [address]);
  // The link to another address goes with the answer that had it.
  useKeptFocus(field, address);
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(text.trim());
      }}
    >
      <label class="unseen" for="explain-address">
        Address of an app
      </label>
      <input
        id="explain-address"
        ref={field}
        placeholder={`shop, or ${example}`}
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit">Explain</button>
    </form>
  );
}

function Answer({ address, list, around }: { address: string; list: RoutesFile; around: Surroundings }) {
  const { now, place } = around;
  const explained = explainListed(list, address, { now: toSeconds(now), portal: place.origin, distance });
  if (typeof explained === 'string')
    return (
      <p role="alert" class="panel alarm">
        {explained}
      </p>
    );
  const words = describeExplained(explained, address, list, place);
  return (
    <div class="panel answer">
      <p aria-live="polite">
        <Pill words={words.title} tone={words.tone} /> <MarkedText text={words.outcome} />
      </p>
      {words.hostname !== '' && <Nameless words={words} list={list} now={now} />}
      <Steps requests={words.requests} />
      <Limits words={words} />
    </div>
  );
}

/** Why a name has no app, and the commands that mend it. */
function Nameless({ words, list, now }: { words: ExplainedWords; list: RoutesFile; now: Milliseconds }) {
  const { hostname, hindrances, commands, near } = words;
  const { address } = useNavigation();
  const isListed = list.routes.some((route) => route.hostname === hostname);
  return (
    <>
      {near !== '' && (
        <p>
          Did you mean <Link to={{ ...address, view: { on: 'explain', url: near } }}>{near}</Link>?
        </p>
      )}
      <Hindrances hindrances={hindrances} />
      {hindrances.length === 0 && list.detail === 'full' && !isListed && (
        <p class="soft">No problem is known: no instance with wrong tags asks for this name.</p>
      )}
      {list.detail === 'full' && <LastChange hostname={hostname} list={list} now={now} />}
      {commands.length > 0 && <p class="soft small">A command that serves the name:</p>}
      <Commands commands={commands} />
    </>
  );
}

/** The last change of a name: from the list, or from the history of a name that the list does not have. */
function LastChange({ hostname, list, now }: { hostname: Hostname; list: RoutesFile; now: Milliseconds }) {
  const route = list.routes.find((each) => each.hostname === hostname);
  const { state = '', since, cause } = route ?? {};
  if (since === undefined) return <LastMoment hostname={hostname} now={now} />;
  const causes = cause === undefined ? [] : [cause];
  return <ChangeWords at={since} state={state} reason={{ how: 'written', causes }} now={now} />;
}

function LastMoment({ hostname, now }: { hostname: Hostname; now: Milliseconds }) {
  const history = useDocument(historyName(hostname), parseHistoryFile, Math.floor(now / 10_000));
  if (history.is === 'loading') return null;
  if (history.is === 'broken') return <p class="soft">Can’t load its last change: {history.why}.</p>;
  const moments = history.is === 'here' ? history.value.moments : [];
  const last = moments.at(-1);
  if (last === undefined)
    return <p class="soft">No change of this name is recorded in the last seven days.</p>;
  const reason = isLeaseEnd(last, moments.at(-2)) ? ({ how: 'lease', causes: [] } as const) : last;
  return <ChangeWords at={last.at} state={last.state} reason={reason} now={now} />;
}

function ChangeWords({
  at,
  state,
  reason,
  now,
}: {
  at: string;
  state: string;
  reason: Reason;
  now: Milliseconds;
}) {
  return (
    <p>
      Last change: {describeState(state).words.toLowerCase()} at{' '}
      <Time at={at} words={printClock(Date.parse(at), now)} />. Cause: {describeReason(reason)}.
    </p>
  );
}

function Steps({ requests }: Pick<ExplainedWords, 'requests'>) {
  return (
    <details>
      <summary>Step by step</summary>
      {requests.map(({ request, steps }) => (
        <div key={request}>
          <p>
            <code>{request}</code>
          </p>
          <ol class="steps">
            {steps.map(({ code, words }) => (
              <li key={`${code} ${words}`} class="step">
                <span class="soft">{code}</span>{' '}
                <span>
                  <MarkedText text={words} />
                </span>
              </li>
            ))}
          </ol>
        </div>
      ))}
    </details>
  );
}

function Limits({ words: { lacks, command } }: { words: ExplainedWords }) {
  return (
    <>
      {lacks.length > 0 && (
        <div class="soft small">
          <p>This page does not know everything that decides:</p>
          <ul class="lacks">
            {lacks.map((lack) => (
              <li key={lack}>{lack}</li>
            ))}
          </ul>
        </div>
      )}
      <p class="soft small">The answer of the router itself:</p>
      <Commands commands={[command]} />
    </>
  );
}
