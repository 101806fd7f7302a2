import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Address, parseAddress, printAddress } from './address.ts';

/** Goes to another address of the page. `replace` leaves no entry in the browser's history. */
export type Go = (address: Address, how?: 'push' | 'replace') => void;

/** The present address, and the way to another. */
export interface Navigation {
  address: Address;
  go: Go;
}

/** For all components. */
export const NavigationContext = createContext<Navigation | undefined>(undefined);

export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (navigation === undefined) throw new Error('a component outside of the page navigates');
  return navigation;
}

/** The address in the browser. */
export function presentAddress(): Address {
  return parseAddress(location.search, location.hash);
}

/** Follows the browser's history. Returns the way to another address. */
export function startNavigation(onChange: () => void): Go {
  addEventListener('popstate', onChange);
  return (address, how = 'push') => {
    const url = printAddress(address);
    if (how === 'push') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
    onChange();
  };
}

/** A link within the page. A click with a key, such as Ctrl, opens it as any other link. */
export function Link({
  to,
  children,
  ...rest
}: {
  to: Address;
  children: ComponentChildren;
  class?: string;
  'aria-current'?: 'page' | 'true' | undefined;
}) {
  const { go } = useNavigation();
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a {...rest} href={printAddress(to)} onClick={onClick}>
      {children}
    </a>
  );
}
