import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const renderer = fileURLToPath(new URL('../../src/renderer/', import.meta.url));

/** Whatever makes markup, code or a style of its own out of a text. */
const fromText =
  /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|setHTMLUnsafe|srcdoc|document\.write|DOMParser|createContextualFragment|createPolicy|\beval\(|new Function|cssText|javascript:/i;

test('ES-17: no page makes anything but text out of a text', () => {
  const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(tsx?|html)$/.test(file),
  );
  expect(files.length).toBeGreaterThan(20);
  const found = files.filter((file) => fromText.test(readFileSync(renderer + file, 'utf8')));
  expect(found).toEqual([]);
});
