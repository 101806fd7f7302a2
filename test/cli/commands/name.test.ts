import { expect, test } from 'vitest';
import { main } from '../../../cli/main.ts';

async function printed(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const code = await main(['name', ...args], { ...terminal, colour: false });
  return { code, out, err };
}

test('dynamic-edge-proxy name prints a label for each branch, and nothing else', async () => {
  expect(await printed('feature/login', 'UPPER-Case')).toEqual({
    code: 0,
    out: ['feature-login', 'upper-case'],
    err: [],
  });
});

test('dynamic-edge-proxy name says of a reserved label that it is one', async () => {
  const { code, out, err } = await printed('Login');
  expect({ code, out }).toEqual({ code: 0, out: ['login'] });
  expect(err).toEqual(['dynamic-edge-proxy name: "login" is reserved unless the deployment says otherwise']);
});

test('dynamic-edge-proxy name without a branch, or with one that leaves no letter, is told what to say', async () => {
  expect(await printed()).toMatchObject({ code: 2, out: [] });
  const { code, err } = await printed('ветка');
  expect(code).toBe(2);
  expect(err[0]).toBe(
    'dynamic-edge-proxy name: "ветка" has no letter a–z and no digit, so that no label is left; choose a name',
  );
});
