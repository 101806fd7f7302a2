import type { Page } from 'playwright-core';

/** WCAG 2.2 success criterion 1.4.3, level AA, for text of any size. */
const LEAST_RATIO = 4.5;

/** Every visible text whose contrast with its background is below WCAG AA, with the ratio: `text 3.9`. */
export async function lowContrasts(page: Page): Promise<string[]> {
  const measured = (await page.evaluate(MEASURE)) as { text: string; ratio: number }[];
  if (measured.length === 0) throw new Error('The page shows no text, so nothing was measured.');
  return measured
    .filter(({ ratio }) => ratio < LEAST_RATIO)
    .map(({ text, ratio }) => `${text} ${ratio.toFixed(1)}`);
}

/** A string, because it runs in the page and our types have no DOM. Luminance and ratio are those of WCAG 2.2. */
const MEASURE = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const drawn = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const seen = new Map();
  const bytesOf = (color) => seen.get(color) ?? seen.set(color, drawn(color)).get(color);
  const luminance = (color) => {
    const [r, g, b] = bytesOf(color).map((byte) => byte / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (bytesOf(color)[3] === 255) return color;
    }
    return 'Canvas';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const measured = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text === '' || !element.checkVisibility()) continue;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))].sort((x, y) => y - x);
    measured.push({ text, ratio: (a + 0.05) / (b + 0.05) });
  }
  return measured;
})()`;
