/** The command that the page shows. A local cloud writes its own into index.html. */
function launchCommand(): string {
  const template = document.getElementById('launch-command');
  return template instanceof HTMLTemplateElement ? (template.content.textContent?.trim() ?? '') : '';
}

/** Explains how to add an app. @param example the address at which it would answer */
export function Lesson({
  isFirst,
  isLocal,
  example,
}: {
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
          <p class="copy">
            <code>{launchCommand()}</code>
          </p>
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
                <code>shop</code>
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
