import { expect, test } from 'vitest';
import { main } from '../../../cli/main.ts';

async function printed(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const code = await main(['name', ...args], { ...terminal, colour: false });
  return { code, out, err };
}

test('dynamic-edge-proxy name prints only a label for each branch', async () => {
  expect(await printed('feature/login', 'UPPER-Case')).toEqual({
    code: 0,
    out: ['feature-login', 'upper-case'],
    err: [],
  });
});

test('dynamic-edge-proxy name warns about a reserved label', async () => {
  const { code, out, err } = await printed('Login');
  expect({ code, out }).toEqual({ code: 0, out: ['login'] });
  expect(err).toEqual([
    'dynamic-edge-proxy name: "login" is reserved by default; a deployment can change its reserved names',
  ]);
});

test('dynamic-edge-proxy name refuses a missing branch and one without letters or digits', async () => {
  expect(await printed()).toMatchObject({ code: 2, out: [] });
  const { code, err } = await printed('ветка');
  expect(code).toBe(2);
  expect(err[0]).toBe(
    'dynamic-edge-proxy name: "ветка" contains no letter a–z and no digit, so no label can be made of it; choose another name',
  );
});
