import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desktopEntry } from '#host/autostart/desktop-entry.ts';
import { createLaunchAgent } from '#host/autostart/launch-agent.ts';
import { launchAgentPlist } from '#host/autostart/launch-agent-plist.ts';
import { runSystemTool } from '#host/autostart/system-tool.ts';
import type { Autostart, AutostartProgram } from '#host/autostart/types.ts';
import { createXdgAutostart } from '#host/autostart/xdg-autostart.ts';
import { createFakeLaunchd } from '#support/fake-launchctl.ts';
import { readPlist } from '#support/plist-text.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const log = '/Users/ada/Library/Logs/x/launchd.log';
const program: AutostartProgram = {
  id: 'ai.openclaw.companion',
  name: 'OpenClaw Companion',
  argv: ['/Applications/C.app/Contents/MacOS/C'],
  env: {},
};
const writers = [
  ['property list', (one: AutostartProgram) => launchAgentPlist(one, log)],
  ['autostart entry', desktopEntry],
] as const;

/** Everything a workspace, a command or a shell could leave in our environment. */
const hostile = {
  PATH: '/evil/bin:/usr/bin',
  NODE_OPTIONS: '--require=/evil/x.js',
  ELECTRON_RUN_AS_NODE: '1',
  DYLD_INSERT_LIBRARIES: '/evil/x.dylib',
  LD_PRELOAD: '/evil/x.so',
  OPENCLAW_GATEWAY_TOKEN: 'SECRET-TOKEN',
  OPENCLAW_GATEWAY_PASSWORD: 'SECRET-PASSWORD',
  OPENCLAW_COMPANION_TEST: '1',
  OPENCLAW_GATEWAY_PORT: '1',
  EVIL: '1',
};

const injections = [
  ['the end of an XML element', '/srv/x</string><key>Program</key><string>/evil'],
  ['the end of any element', '/srv/x</dict>'],
  ['a line break', '/srv/x\nExec=/evil'],
  ['a carriage return', '/srv/x\rExec=/evil'],
  ['a zero byte', '/srv/x\0'],
  ['an escape', '/srv/x\x1b[2J'],
  ['a line separator', '/srv/x\u2028Exec=/evil'],
  ['half a surrogate pair', '/srv/x\ud800'],
] as const;

describe.each(writers)('S14: the %s', (_name, write) => {
  it('takes over no variable but where state is', () => {
    const paths = {
      OPENCLAW_COMPANION_STATE_DIR: '/srv/state',
      OPENCLAW_STATE_DIR: '/srv/openclaw',
      OPENCLAW_CONFIG_PATH: '/srv/openclaw.json',
      OPENCLAW_PROFILE: 'work-2',
    };
    expect(write({ ...program, env: hostile })).toBe(write(program));
    expect(write({ ...program, env: { ...hostile, ...paths } })).toBe(
      write({ ...program, env: paths }),
    );
    for (const path of Object.values(paths)) {
      expect(write({ ...program, env: paths })).toContain(path);
    }
  });

  it.each(injections)('refuses %s, in a variable and in argv', (_what, value) => {
    const refused = expect.objectContaining({ code: 'INVALID_REQUEST' });
    const env = { OPENCLAW_STATE_DIR: value };
    expect(() => write({ ...program, env })).toThrow(refused);
    expect(() => write({ ...program, argv: [value] })).toThrow(refused);
    expect(() => write({ ...program, argv: ['/bin/x', value] })).toThrow(refused);
  });

  it('refuses a path that means another place at login', () => {
    const env = { OPENCLAW_COMPANION_STATE_DIR: 'state' };
    expect(() => write({ ...program, env })).toThrow('OPENCLAW_COMPANION_STATE_DIR is not an abs');
    expect(() => write({ ...program, argv: ['companion'] })).toThrow('not an absolute path');
  });

  it.each(['../../evil', '/srv/x', 'a b', '-x', 'x'.repeat(65)])(
    'refuses a profile that is no plain name: %s',
    (name) => {
      const env = { OPENCLAW_PROFILE: name };
      expect(() => write({ ...program, env })).toThrow('OPENCLAW_PROFILE is not a plain name');
    },
  );

  it('does not repeat a refused value', () => {
    const env = { OPENCLAW_STATE_DIR: '/srv/HIDDEN\nx' };
    expect(() => write({ ...program, env })).toThrow(/^(?!.*HIDDEN)/s);
  });
});

it('S14: the variables of the agent are a fixed set, PATH a fixed value', () => {
  const env = { ...hostile, OPENCLAW_STATE_DIR: '/srv/a&b<c>"d"' };
  expect(readPlist(launchAgentPlist({ ...program, env }, log))).toMatchObject({
    EnvironmentVariables: {
      PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
      OPENCLAW_STATE_DIR: '/srv/a&b<c>"d"',
    },
  });
});

it('S14: launchctl gets nothing of our environment', async () => {
  process.env.OPENCLAW_TEST_EVIL = '1';
  const { code, stdout } = await runSystemTool(['/usr/bin/env']);
  delete process.env.OPENCLAW_TEST_EVIL;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'LC_ALL=C\n' });
  expect(await runSystemTool(['/bin/sh', '-c', 'exit 113'])).toMatchObject({ code: 113 });
  expect(await runSystemTool(['/nowhere/launchctl'])).toMatchObject({ code: null });
});

const places: readonly [string, string, (home: string) => Autostart][] = [
  [
    'agent',
    'Library/LaunchAgents/ai.openclaw.companion.plist',
    (home) => {
      const { run } = createFakeLaunchd();
      const clock = createVirtualClock();
      return createLaunchAgent({ program, home, uid: 501, pid: 1, run, clock });
    },
  ],
  [
    'entry',
    '.config/autostart/ai.openclaw.companion.desktop',
    (home) => createXdgAutostart({ program, home }),
  ],
];

describe.each(places)('S14, S21: where the %s goes', (_name, relative, create) => {
  function bench() {
    const home = tempDir();
    const path = join(home, relative);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return { home, path, autostart: create(home) };
  }
  const refused = { code: 'UNSAFE_PATH' };

  it('a symbolic link is not followed, written, read or removed', async () => {
    const { home, path, autostart } = bench();
    const target = join(home, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, path);
    expect(await autostart.status()).toBe('unknown');
    const link = { ...refused, message: `${path} is a symbolic link` };
    await expect(autostart.set(true)).rejects.toMatchObject(link);
    await expect(autostart.set(false)).rejects.toMatchObject(link);
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  it('a folder is left alone', async () => {
    const { path, autostart } = bench();
    mkdirSync(path);
    expect(await autostart.status()).toBe('unknown');
    await expect(autostart.set(true)).rejects.toMatchObject(refused);
    await expect(autostart.set(false)).rejects.toMatchObject(refused);
    expect(lstatSync(path).isDirectory()).toBe(true);
  });

  it('a folder that is a link, or open to every user, gets no file', async () => {
    const home = tempDir();
    const folder = dirname(join(home, relative));
    mkdirSync(dirname(folder), { recursive: true });
    const elsewhere = tempDir();
    symlinkSync(elsewhere, folder);
    await expect(create(home).set(true)).rejects.toMatchObject({
      ...refused,
      message: `${folder} is not a real folder`,
    });
    expect(existsSync(join(elsewhere, relative.split('/').at(-1) ?? ''))).toBe(false);

    const { path, autostart } = bench();
    chmodSync(dirname(path), 0o777);
    await expect(autostart.set(true)).rejects.toMatchObject(refused);
    expect(existsSync(path)).toBe(false);
  });

  it('a huge file is not read', async () => {
    const { path, autostart } = bench();
    await autostart.set(true);
    appendFileSync(path, '\n'.repeat(10_000));
    expect(await autostart.status()).toBe('on');
    appendFileSync(path, '\n'.repeat(60_000));
    expect(await autostart.status()).toBe('unknown');
  });
});
