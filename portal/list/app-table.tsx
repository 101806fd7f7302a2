import { Component } from 'preact';
import type { SortKey } from '../address/address.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import { Pill, Time } from '../look/parts.tsx';
import type { AppItemProps } from './app-card.tsx';
import { Instances, ProblemMark } from './app-card.tsx';
import { AppName, CopyAddressButton, DetailsLink, FavouriteButton } from './app-parts.tsx';
import { keyOf, nextSort } from './sort.ts';

/** A long list of apps. */
export function AppTable({ items }: { items: readonly AppItemProps[] }) {
  return (
    <table class="apps-table panel">
      <thead>
        <tr>
          <td />
          <ColumnTitle sortKey="name">Name</ColumnTitle>
          <ColumnTitle sortKey="state">State</ColumnTitle>
          <ColumnTitle sortKey="since">Since</ColumnTitle>
          <ColumnTitle sortKey="owner">Owner</ColumnTitle>
          <th scope="col">Instance</th>
          <ColumnTitle sortKey="last">Last request</ColumnTitle>
          <td />
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <AppRow key={item.app.hostname} {...item} />
        ))}
      </tbody>
    </table>
  );
}

function ColumnTitle({ sortKey, children }: { sortKey: SortKey; children: string }) {
  const { address } = useNavigation();
  const { sort } = address.filters;
  const isSorted = keyOf(sort) === sortKey;
  const direction = sort.startsWith('-') ? 'descending' : 'ascending';
  return (
    <th scope="col" {...(isSorted ? { 'aria-sort': direction } : {})}>
      <Link to={{ ...address, filters: { ...address.filters, sort: nextSort(sortKey, sort) } }}>
        {children}
      </Link>
    </th>
  );
}

/** A row changes only if its app does. There may be thousands. */
class AppRow extends Component<AppItemProps> {
  override shouldComponentUpdate({ app, isFavourite }: AppItemProps): boolean {
    return app !== this.props.app || isFavourite !== this.props.isFavourite;
  }

  override render() {
    const { app, isFavourite } = this.props;
    const { since, owner, last, lease } = app;
    return (
      <tr class="app" data-tone={app.tone}>
        <td class="c-star">
          <FavouriteButton app={app} isFavourite={isFavourite} />
        </td>
        <th scope="row" class="c-name">
          <AppName app={app} />
          {app.problems > 0 && <ProblemMark count={app.problems} />}
        </th>
        <td class="c-state">
          <Pill words={app.words} tone={app.tone} />
        </td>
        <td class="c-since">
          {since && <Time {...since} />}
          {lease && (
            <span class="soft">
              lease <Time {...lease} />
            </span>
          )}
        </td>
        <td class="c-owner">{owner}</td>
        <td class="c-instance">
          <Instances instances={app.instances} />
        </td>
        <td class="c-last">{last && <Time {...last} />}</td>
        <td class="c-actions">
          <CopyAddressButton app={app} />
          <DetailsLink app={app} />
        </td>
      </tr>
    );
  }
}
