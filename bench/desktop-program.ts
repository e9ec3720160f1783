import { createHook } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { startMain } from './built-main.ts';
import { prompts } from './prompts.ts';
import { type BenchedSection, settings } from './settings.ts';

/**
 * The built main process over the fake Electron, in a process of its own: `idle STATE_DIR` does
 * nothing and tells what that cost, `prompts STATE_DIR CHROMIUM` asks and answers in a real page,
 * `settings STATE_DIR CHROMIUM SECTION` opens the settings window.
 */

/** V8 tidies up its memory some 8 s after a start; that belongs to the start. */
const settleMs = 12_000;

/** Of what wakes an idle process, only what is rarer than this may stay. */
const shortTimerMs = 10_000;

interface Timer {
  readonly _idleTimeout: number;
  readonly _destroyed: boolean;
}

/** Timers that fired, and the delays of all that exist, from the start of the process on. */
function watchTimers() {
  const timers = new Map<number, Timer>();
  const fired: number[] = [];
  createHook({
    init(id, type, _trigger, resource) {
      if (type === 'Timeout') timers.set(id, resource as Timer);
    },
    before(id) {
      const timer = timers.get(id);
      if (timer) fired.push(timer._idleTimeout);
    },
    destroy: (id) => void timers.delete(id),
  }).enable();
  const alive = () =>
    [...timers.values()].flatMap((one) => (one._destroyed ? [] : [one._idleTimeout]));
  return { takeShort: () => [...fired.splice(0), ...alive()].filter((ms) => ms < shortTimerMs) };
}

async function idle(stateDir: string): Promise<object> {
  const timers = watchTimers();
  await startMain(stateDir, {});
  await wait(settleMs);
  timers.takeShort();
  const before = process.cpuUsage();
  const beganAt = performance.now();
  await new Promise((resolve) => process.once('message', resolve));
  const { user, system } = process.cpuUsage(before);
  const elapsedMs = performance.now() - beganAt;
  const cpuPercent = ((user + system) / 1_000 / elapsedMs) * 100;
  return { cpuPercent, shortTimersMs: timers.takeShort() };
}

function figuresOf(what: string | undefined, stateDir: string, more: readonly string[]) {
  const [chromium = '', section] = more;
  if (what === 'prompts') return prompts(stateDir, chromium);
  if (what === 'settings') return settings(stateDir, chromium, section as BenchedSection);
  return idle(stateDir);
}

const [what, stateDir = '', ...more] = process.argv.slice(2);
const figures = await figuresOf(what, stateDir, more);
process.send?.(figures, () => process.exit());
