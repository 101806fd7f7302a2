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

/** Commands to copy, one below the other. */
export function Commands({ commands }: { commands: readonly string[] }) {
  if (commands.length === 0) return null;
  return (
    <ul class="commands">
      {commands.map((command) => (
        <li key={command}>
          <Command command={command} />
        </li>
      ))}
    </ul>
  );
}
