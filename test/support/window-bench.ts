import { createWindowRegistry } from '#main/windows/window-registry.ts';
import { createFakeElectron, type FakeElectronOptions } from './fake-electron.ts';
import { createFakeLogger } from './fakes.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** What every window of ours needs, over the double, ready. */
export function createWindowBench(options: FakeElectronOptions = {}) {
  const fake = createFakeElectron(options);
  fake.app.on('window-all-closed', () => undefined);
  fake.app.becomeReady();
  const log = createFakeLogger();
  const clock = createVirtualClock();
  const registry = createWindowRegistry({ log });
  const { BrowserWindow, screen } = fake.module;
  return {
    fake,
    log,
    clock,
    registry,
    deps: {
      open: (given: ConstructorParameters<typeof BrowserWindow>[0]) => new BrowserWindow(given),
      registry,
      clock,
      log,
      screen,
      preload: '/app/out/preload/index.cjs',
      packaged: true,
    },
    /** The only window that exists. */
    get window() {
      const [window, ...more] = fake.windows;
      if (!window || more.length > 0) throw new Error(`${fake.windows.length} windows exist`);
      return window;
    },
  };
}

/** Lets promises that are already settled go on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
