import { execFileSync, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { isExecutable } from './run-tool.ts';

/** Names under which distributions and vendors install the browser. */
const systemNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function findChromium(): string | null {
  const named = process.env.OPENCLAW_TEST_CHROMIUM;
  if (named) return isExecutable(named) ? named : null;
  const own = chromium.executablePath();
  if (own && isExecutable(own)) return own;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of systemNames) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return null;
}

/** Debian and its relatives, as root: the only case in which we may install something. */
function mayInstall(): boolean {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}

function aptGet(...args: string[]): void {
  execFileSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/**
 * Path of a Chromium for the browser tests: Playwright's, the system's, or Debian's package,
 * installed now.
 * @throws Error with one sentence that says what to install.
 */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  if (mayInstall()) {
    console.error('No Chromium found: installing Debian’s package "chromium" (about a minute).');
    aptGet('update', '-qq');
    aptGet('install', '-y', '-qq', '--no-install-recommends', 'chromium');
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    'The browser tests need a Chromium and none was found: install the package "chromium", run "npx playwright-core install chromium", or name one in OPENCLAW_TEST_CHROMIUM.',
  );
}
