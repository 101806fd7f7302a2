import { describe, expect, test } from 'vitest';
import { withArrows, withVar } from '../../build/assemble/edge-syntax.ts';

const inFunction = (body: string) => `function f(a){${body}}`;

describe('a variable of a function', () => {
  test.each([
    ['with a value', 'let x=1;return x', 'var x=1;return x'],
    ['that is constant', 'const x=1;return x', 'var   x=1;return x'],
    ['without a value', 'let x;x=a;return x', 'var x;x=a;return x'],
    ['of a block', 'if(a){let x=1;return x}', 'if(a){var x=1;return x}'],
    ['that counts a loop', 'for(let i=0;i<a;i++)f(i)', 'for(var i=0;i<a;i++)f(i)'],
    ['with a value in a loop', 'for(;;){let x=a;f(x)}', 'for(;;){var x=a;f(x)}'],
  ])('is declared with var: %s', (_what, from, to) => {
    expect(withVar(inFunction(from))).toBe(inFunction(to));
  });

  test.each([
    ['a closure captures it', 'let x=1;return function(){return x}'],
    ['it is empty in each round of a loop', 'for(;;){let x;if(x)return;x=a}'],
    ['another block has the same name', 'if(a){let x=1;f(x)}else{let x=2;f(x)}'],
    ['it shadows a parameter', 'if(f){let a=1;f(a)}return a'],
    ['it shadows a function', 'if(a){let f=1;g(f)}f()'],
    ['it shadows a name that is declared elsewhere', 'if(a){let g=1;h(g)}g()'],
    ['it is taken out of an object', 'let {x}=a;return x'],
  ])('stays as it is if %s', (_why, body) => {
    expect(withVar(inFunction(body))).toBe(inFunction(body));
  });

  test('stays as it is outside of functions', () => {
    expect(withVar('let x=1;export{x}')).toBe('let x=1;export{x}');
  });
});

describe('a function of a module', () => {
  test.each([
    ['with a result', 'function f(a,b){return a+b}', 'var f=(a,b)=>{return a+b};'],
    ['without parameters', 'function f(){return 1}', 'var f=()=>{return 1};'],
    ['with a default', 'function f(a=1){return a}', 'var f=(a=1)=>{return a};'],
  ])('becomes an arrow: %s', (_what, from, to) => {
    expect(withArrows(from)).toBe(to);
  });

  test.each([
    'function f(a){return a}export{f}',
    'async function f(a){return await a}',
    'function* f(a){yield a}',
    'function f(){return this}',
    'function f(){return arguments[0]}',
    'async function f(){function g(){return 1}return g()}',
  ])('stays as it is: %s', (code) => {
    expect(withArrows(code)).toBe(code);
  });
});
