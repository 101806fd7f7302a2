import { Fragment } from 'preact';
import { CopyButton } from './copy-button.tsx';

/** A command to copy. It breaks between its words only; one click selects it, and the button copies it. */
export function Command({ command }: { command: string }) {
  return (
    <span class="command">
      <code>
        {command.split(' ').map((word, i) => (
          <Fragment key={i}>
            {i > 0 && ' '}
            <span class="whole">{word}</span>
          </Fragment>
        ))}
      </code>
      <CopyButton text={command} title="Copy the command" label={`Copy the command ${command}`} />
    </span>
  );
}
