import { fileURLToPath } from 'node:url';
import { createFakeElectron } from './fake-electron.ts';
import { runMain } from './run-main.ts';

/**
 * The built main bundle over the double of Electron in a process of its own, which ends as the app
 * does: for what concerns the whole process. Once the app runs, it does what its first argument
 * names. Says on stdout, one line each, that it runs, which tokens its children would inherit, and
 * what a person was told in error boxes.
 */
const fake = createFakeElectron({ platform: 'linux' });
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const orders: Readonly<Record<string, () => void>> = {
  run: () => undefined,
  quit: () => fake.app.quit(),
  throw: () => {
    throw new Error('thrown for a test, token=SECRET-TOKEN');
  },
  reject: () => void Promise.reject(new Error('rejected for a test')),
  'throw and quit': () => {
    setImmediate(() => fake.app.quit());
    throw new Error('thrown for a test');
  },
};

fake.app.on('quit', (_event: unknown, code: number) => {
  for (const box of fake.errorBoxes) say({ event: 'error-box', ...box });
  process.exit(code);
});
fake.app.once('web-contents-created', () => {
  // The rest of the start does not wait for anything.
  setImmediate(() => {
    const named = Object.keys(process.env).filter((name) => name.endsWith('_TOKEN'));
    say({ event: 'running', named });
    orders[process.argv[2] ?? '']?.();
  });
});

await runMain(fileURLToPath(new URL('../../out/main/index.mjs', import.meta.url)), fake);
