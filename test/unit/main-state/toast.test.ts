import { expect, test } from 'vitest';
import { createToast } from '#main/state/toast.ts';
import { createFakeIds } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function bench() {
  const clock = createVirtualClock();
  const seen = { shown: false, changes: 0 };
  const toast = createToast({
    clock,
    ids: createFakeIds(),
    shell: {
      show() {
        seen.shown = true;
      },
      hide() {
        seen.shown = false;
      },
    },
    changed() {
      seen.changes += 1;
    },
  });
  return { clock, seen, toast };
}

test('a message is gone after 6 s, without a timer left (node-commands §2.3)', () => {
  const { clock, seen, toast } = bench();
  toast.show({ title: 'T', body: 'B' });
  expect(toast.current()).toMatchObject({ title: 'T', body: 'B' });
  clock.advance(5_999);
  expect(seen.shown).toBe(true);
  clock.advance(1);
  expect(seen).toEqual({ shown: false, changes: 2 });
  expect(toast.current()).toBeNull();
  expect(clock.waiting).toBe(0);
});

test('the next message replaces it and has its own 6 s', () => {
  const { clock, seen, toast } = bench();
  toast.show({ title: 'one', body: '' });
  const first = toast.current()?.id;
  clock.advance(5_000);
  toast.show({ title: 'two', body: '' });
  expect(toast.current()).toMatchObject({ title: 'two' });
  expect(toast.current()?.id).not.toBe(first);
  clock.advance(5_999);
  expect(seen.shown).toBe(true);
  clock.advance(1);
  expect(seen.shown).toBe(false);
});

test('a click hides it at once, and only once', () => {
  const { clock, seen, toast } = bench();
  toast.show({ title: 'T', body: 'B' });
  toast.dismiss();
  toast.dismiss();
  expect(seen).toEqual({ shown: false, changes: 2 });
  expect(clock.waiting).toBe(0);
});

test('S6: what cannot be seen is made visible, lines stay lines, and length has an end', () => {
  const { toast } = bench();
  toast.show({ title: 'a\u202Eb\nc', body: `one\u200B\ntwo${'x'.repeat(5_000)}` });
  const { title, body } = toast.current() ?? { title: '', body: '' };
  expect(title).toBe('a\\u{202E}b c');
  expect(body.split('\n')[0]).toBe('one\\u{200B}');
  expect(body.length).toBeLessThan(2_100);
});

test('after close nothing is shown', () => {
  const { clock, seen, toast } = bench();
  toast.show({ title: 'T', body: 'B' });
  toast.close();
  toast.show({ title: 'T', body: 'B' });
  expect(seen.shown).toBe(false);
  expect(toast.current()).toBeNull();
  expect(clock.waiting).toBe(0);
});
