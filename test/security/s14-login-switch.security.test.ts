import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contract } from '#ipc/contract.ts';
import { generalHandlers } from '#main/handlers/general.ts';
import { createLoginItem, loginItemProblem } from '#main/login-item/login-item.ts';
import { linuxApp } from '#support/permission-bench.ts';
import { tempDir } from '#support/temp-dir.ts';

/** From the switch on the page to the file that starts programs, with the environment of a workspace. */
function createSwitch(env: Readonly<Record<string, string>>) {
  const config = tempDir();
  const app = { ...linuxApp, env: { ...env, XDG_CONFIG_HOME: config } };
  const handlers = generalHandlers({
    loginItem: createLoginItem(app),
    loginItemProblem: loginItemProblem(app),
    settings: {
      announce: () => true,
      dockIcon: () => null,
      set: async () => undefined,
    },
  });
  return {
    file: join(config, 'autostart', 'ai.openclaw.companion.desktop'),
    folder: config,
    flip: (on: boolean) => handlers['general.set']({ launchAtLogin: on }, 'settings'),
  };
}

test('S14: the switch writes down our own program and where state is, nothing of a workspace', async () => {
  const { file, flip } = createSwitch({
    OPENCLAW_COMPANION_STATE_DIR: '/srv/state',
    PATH: '/evil/bin',
    NODE_OPTIONS: '--require=/evil/x.js',
    LD_PRELOAD: '/evil/x.so',
    ELECTRON_RUN_AS_NODE: '1',
    OPENCLAW_GATEWAY_TOKEN: 'SECRET-TOKEN',
  });
  await flip(true);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(
    'Exec="/usr/bin/env" "OPENCLAW_COMPANION_STATE_DIR=/srv/state" "/opt/companion/companion" "--launched-at-login"\n',
  );
  expect(text).not.toMatch(/evil|SECRET|NODE_OPTIONS|RUN_AS_NODE/);
});

test('S14: a place of state that would break out of the file is refused, and nothing is written', async () => {
  const { folder, file, flip } = createSwitch({
    OPENCLAW_COMPANION_STATE_DIR: '/srv/x\nExec=/evil/bin/x',
  });
  await expect(flip(true)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('S14: a page says on or off and nothing else: no program, no argument, no variable', () => {
  const { input } = contract['general.set'];
  expect(input.safeParse({ launchAtLogin: true }).success).toBe(true);
  for (const more of [{ argv: ['/evil'] }, { env: { PATH: '/evil' } }, { dockIcon: true }]) {
    expect(input.safeParse({ launchAtLogin: true, ...more }).success).toBe(false);
  }
  expect(input.safeParse({ launchAtLogin: '/evil' }).success).toBe(false);
});
