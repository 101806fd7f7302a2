/** The elements of the page. Strings become text only, because anybody can write names and tags. */

/**
 * @template {HTMLElement} T
 * @param {string} id @param {new () => T} [type]
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (found instanceof (type ?? HTMLElement)) return /** @type {T} */ (found);
  throw new Error(`index.html has no #${id} of the type that portal.js expects`);
}

/** @param {string} tag @param {string} text */
export function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** Sets text only where it differs, so a selection survives and nothing is announced twice. @param {Element} node @param {string} text */
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets the children only where one differs. @param {Element} node @param {Element[]} children */
export function putAll(node, children) {
  const old = [...node.children];
  const same =
    old.length === children.length && children.every((child, i) => child.isEqualNode(old[i] ?? null));
  if (!same) node.replaceChildren(...children);
}

/** A name that may break before its dots. @param {Element} node @param {string} name */
export function putName(node, name) {
  const labels = name.split(/(?=\.)/);
  putAll(
    node,
    labels.flatMap((label) => [element('wbr', ''), element('span', label)]),
  );
}

/** Text in which `…` marks code. @param {Element} node @param {string} text */
export function putMarked(node, text) {
  putAll(
    node,
    text.split('`').map((piece, i) => element(i % 2 === 1 ? 'code' : 'span', piece)),
  );
}

/** Shows words, and the exact time as a tooltip. @param {Element} node @param {string} iso @param {string} words */
export function putTime(node, iso, words) {
  put(node, words);
  node.setAttribute('datetime', iso);
  node.setAttribute('title', new Date(iso).toLocaleString());
}

/** Announces a text to screen readers. @param {string} text */
export function announce(text) {
  if (text !== '') put(byId('announcer'), text);
}

/**
 * Updates the elements of a list by key. Elements that stay are not moved or replaced, so focus and selection survive.
 *
 * @template T
 * @param {HTMLElement} list @param {HTMLTemplateElement} template @param {Map<string, T>} items
 * @param {(part: (name: string) => HTMLElement, item: T) => void} fill Gets the parts by their `data-part`.
 */
export function sync(list, template, items, fill) {
  const kept = /** @type {HTMLElement[]} */ ([...list.children]).filter((node) =>
    items.has(node.dataset['key'] ?? ''),
  );
  for (const node of [...list.children]) if (!kept.includes(/** @type {HTMLElement} */ (node))) node.remove();
  for (const [key, item] of items) {
    const node = kept[0]?.dataset['key'] === key ? kept.shift() : undefined;
    fill(findParts(node ?? inserted(list, template, key, kept[0])), item);
  }
  for (const outOfOrder of kept) outOfOrder.remove();
}

/** @param {HTMLElement} list @param {HTMLTemplateElement} template @param {string} key @param {HTMLElement} [before] */
function inserted(list, template, key, before) {
  const copy = document.importNode(template.content, true);
  const node = /** @type {HTMLElement} */ (copy.firstElementChild);
  node.dataset['key'] = key;
  list.insertBefore(node, before ?? null);
  return node;
}

/** @param {HTMLElement} node @returns {(name: string) => HTMLElement} */
function findParts(node) {
  return (name) => {
    const part = node.querySelector(`[data-part="${name}"]`);
    if (part instanceof HTMLElement) return part;
    throw new Error(`index.html has a template without the part ${name}`);
  };
}
