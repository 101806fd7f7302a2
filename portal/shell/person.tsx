import { useLayoutEffect, useState } from 'preact/hooks';
import { readUser, signOut } from '../load/person.ts';

/** The person who is signed in, with the way out. Nothing without a name. */
export function Person() {
  const [user, setUser] = useState<string>();
  const [words, setWords] = useState('Sign out');
  useLayoutEffect(() => void readUser().then(setUser), []);
  if (user === undefined) return null;
  const onClick = async () => {
    setWords('Signing out …');
    // The base domain then asks before it signs in again.
    if (await signOut()) location.reload();
    else setWords('Not signed out. Try again');
  };
  return (
    <span class="person">
      Signed in as <b>{user}</b>{' '}
      <button type="button" onClick={onClick}>
        {words}
      </button>
    </span>
  );
}
