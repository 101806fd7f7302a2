import type { RuleWords } from './rules.ts';

/** The rules of an app. The first that matches a request decides. */
export function RulesSection({ rules }: { rules: readonly RuleWords[] }) {
  if (rules.length === 0) return null;
  return (
    <section aria-labelledby="rules-title">
      <h2 id="rules-title">Routes</h2>
      {rules.length > 1 && <p class="soft small">The first route that matches a request decides.</p>}
      <ol class="rules panel">
        {rules.map((rule) => (
          <RuleItem key={`${rule.where} ${rule.conditions}`} rule={rule} />
        ))}
      </ol>
    </section>
  );
}

function RuleItem({ rule: { where, conditions, to, closed, notes } }: { rule: RuleWords }) {
  return (
    <li class="row">
      <p>
        <b>{where}</b> {conditions}
      </p>
      <ul>
        {to.map(({ instance, words }) => (
          <li key={`${instance} ${words}`}>
            <code>{instance}</code> <span class="soft">{words}</span>
          </li>
        ))}
        {closed !== '' && <li class="soft">Closed: {closed}</li>}
        {notes.map((note) => (
          <li key={note} class="soft">
            {note}
          </li>
        ))}
      </ul>
    </li>
  );
}
