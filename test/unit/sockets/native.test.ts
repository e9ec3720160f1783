import * as koffi from 'koffi';
import { expect, test } from 'vitest';
import { createNative } from '#host/sockets/native.ts';

const cannotStart = {
  code: 'UNAVAILABLE',
  message: expect.stringMatching(/^The Unix sockets cannot start: /),
};

test('a native helper that does not load is a typed error that says what fails', async () => {
  const missing = createNative(() => Promise.reject(new Error('no binary')), 'linux');
  await expect(missing).rejects.toMatchObject(cannotStart);
  await expect(missing).rejects.toThrow('no binary');
});

test.each([
  ['linux', 'getsockopt'],
  ['darwin', 'getpeereid'],
] as const)(
  'on %s a missing %s is found at start, not at the first peer',
  async (platform, name) => {
    const libc = koffi.load(null);
    const without: typeof koffi = {
      ...koffi,
      load: () => ({
        ...libc,
        func(definition: string) {
          if (definition.includes(name)) throw new Error(`no ${name}`);
          return libc.func('int getpid()');
        },
      }),
    };
    const native = createNative(() => Promise.resolve(without), platform);
    await expect(native).rejects.toMatchObject(cannotStart);
    await expect(native).rejects.toThrow(`no ${name}`);
  },
);
