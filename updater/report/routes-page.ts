import { escapeHtml } from '../../core/html.ts';
import { ownerOf } from '../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile } from '../../core/journal/routes-file.ts';

/** Most rows of the page. */
const MOST_ROWS = 2_000;

/** The list as a page for readers without JavaScript. It needs no script and no style of its own, so every policy admits it. */
export function printRoutesPage({ routes, instances, baseDomain, detail, updatedAt }: RoutesFile): string {
  const isFull = detail === 'full';
  const known = new Map(instances.map((instance) => [instance.id, instance]));
  const row = (route: RouteSummary) => {
    const facts = [
      route.since ?? '',
      ownerOf(route.instances.flatMap((id) => known.get(id) ?? [])) ?? '',
      route.instances.join(' '),
    ];
    const cells = [escapeHtml(route.state), ...(isFull ? facts.map(escapeHtml) : [])];
    return `<tr><td>${linkTo(route, baseDomain)}</td>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  };
  const heads = ['App', 'State', ...(isFull ? ['Since', 'Owner', 'Instances'] : [])];
  const rest =
    routes.length > MOST_ROWS
      ? `<p>${routes.length - MOST_ROWS} more are in <a href="routes.json">routes.json</a>.</p>`
      : '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Apps</title>
<link rel="stylesheet" href="portal.css">
<h1>Apps</h1>
<p>Written at ${escapeHtml(updatedAt)}. Reload the page for the present list.</p>
<table>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
${routes.slice(0, MOST_ROWS).map(row).join('\n')}
</tbody>
</table>
${rest}
</html>
`;
}

/** A wildcard has no address, and the port of a local cloud is not known here. */
function linkTo({ hostname }: RouteSummary, baseDomain: string): string {
  const isLink = /^[a-z0-9.-]+$/.test(hostname) && !/(?:^|\.)localhost$/.test(baseDomain);
  const href = baseDomain === '' ? `/@${hostname}/` : `https://${hostname}/`;
  return isLink ? `<a href="${href}">${hostname}</a>` : escapeHtml(hostname);
}
