import { describe, expect, test } from 'vitest';
import { noBrowser } from '../../support/tools/browser.ts';
import { exampleList } from '../app/example.ts';
import { DOMAIN, region, textOf, useExample } from '../app/visit-page.ts';

describe.skipIf(noBrowser)('the page that explains an address', () => {
  const { site, visit } = useExample();

  const WHY = 'Why does this address show what it shows?';

  test('answers an address that a person types, and has it in its own address', async () => {
    await visit('#explain=', async (page) => {
      await page.getByLabel('Address of an app').fill('docs');
      await page.keyboard.press('Enter');
      await page.locator('.answer').getByText('The instance is stopped.').first().waitFor();
      expect(new URL(page.url()).hash).toBe('#explain=docs');
      expect(await textOf(page, WHY)).toContain(
        'aws ec2 start-instances --instance-ids i-0ccccccccccccccc3 --region us-gov-west-1',
      );
      await page.goBack();
      await page.locator('.answer').waitFor({ state: 'detached' });
    });
  });

  test('has the reasons step by step', async () => {
    await visit('#explain=shop/api', async (page) => {
      await page.getByText('Step by step').press('Enter');
      const steps = await region(page, WHY).locator('.step').allInnerTexts();
      expect(steps.map((text) => text.replace(/\s+/g, ' '))).toContain(
        'rule /api if the header x-canary is "1": the header x-canary is missing.',
      );
    });
  });

  test('of a name without an app has its problem, its last change and the command that mends it', async () => {
    site().list = { ...exampleList(), routes: [] };
    await visit('#explain=shop', async (page) => {
      await page.getByText('Last change:').waitFor();
      const words = await textOf(page, WHY);
      expect(words).toContain('No app answers The store has no entry for shop.dev.example.com.');
      expect(words).toContain('Last change: live at 10:00:00. Cause: EC2 reported running, and 1 more.');
      expect(words).toContain('--tags Key=proxy:host,Value=shop-2 --region us-gov-west-1');
    });
  });

  test('says that the last change of a name cannot be loaded', async () => {
    site().documents.set(`history/nix.${DOMAIN}.json`, '{');
    await visit('#explain=nix', async (page) => {
      await page
        .getByText(`Can’t load its last change: history/nix.${DOMAIN}.json: it is not JSON.`)
        .waitFor();
    });
  });

  test('leads from a misspelt name to the nearest one', async () => {
    await visit('#explain=shp', async (page) => {
      await page.getByRole('link', { name: `shop.${DOMAIN}` }).click();
      await page.getByText('An app answers').waitFor();
    });
  });

  test('keeps the focus in its field from one address to the next', async () => {
    await visit('#explain=', async (page) => {
      const field = page.getByLabel('Address of an app');
      const isFocused = () => field.evaluate((element) => element.matches(':focus'));
      await field.fill('shp');
      await page.keyboard.press('Enter');
      await page.locator('.answer').waitFor();
      expect(await isFocused()).toBe(true);
      await page.getByRole('link', { name: `shop.${DOMAIN}` }).press('Enter');
      await page.getByText('An app answers').waitFor();
      expect([await isFocused(), await field.inputValue()]).toEqual([true, `shop.${DOMAIN}`]);
      await page.goBack();
      await page.getByText('No app answers').waitFor();
      expect(await field.inputValue()).toBe('shp');
    });
  });

  test('without an address says what to write, with an example of this deployment', async () => {
    await visit('#explain=', async (page) => {
      await page.getByText('Write the name or the address of an app.').waitFor();
      const example = await page.getByLabel('Address of an app').getAttribute('placeholder');
      expect(example).toBe(`shop, or http://shop.${DOMAIN}:${site().port}/cart`);
    });
  });

  test('copies a command that mends a problem', async () => {
    await visit('#explain=cart', async (page) => {
      await page.evaluate(
        `Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text } } })`,
      );
      await page.getByRole('button', { name: /^Copy the command aws ec2 delete-tags/ }).click();
      await page.getByRole('status').getByText('Copied aws ec2').waitFor({ state: 'attached' });
      expect(await page.evaluate('window.copied')).toBe(
        'aws ec2 delete-tags --resources i-0ccccccccccccccc3 --tags Key=proxy:hsot --region us-gov-west-1',
      );
    });
  });

  test('shows no character that turns the text of a link around', async () => {
    await visit('#explain=ftp:%E2%80%AEx', async (page) => {
      await page.getByText('"ftp:%E2%80%AEx" is not the address of an app').waitFor();
    });
  });

  test('says which text is not an address', async () => {
    await visit('#explain=ftp://x', async (page) => {
      expect(await page.getByRole('alert').innerText()).toContain('"ftp://x" is not the address of an app');
    });
  });
});
