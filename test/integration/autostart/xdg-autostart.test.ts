import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAutostart } from '#host/autostart/autostart.ts';
import type { AutostartProgram } from '#host/autostart/types.ts';
import { createXdgAutostart } from '#host/autostart/xdg-autostart.ts';
import { tempDir } from '#support/temp-dir.ts';

const program: AutostartProgram = {
  id: 'ai.openclaw.companion',
  name: 'OpenClaw Companion',
  argv: ['/opt/companion', '--launched-at-login'],
  env: {},
};

function bench(env: AutostartProgram['env'] = {}) {
  const home = tempDir();
  const autostart = createXdgAutostart({ program: { ...program, env }, home });
  return { home, autostart, folder: join(home, '.config/autostart') };
}
const file = `${program.id}.desktop`;

describe('launch at login on Linux', () => {
  it('is off at first, on with its file, and off again without it', async () => {
    const { autostart, folder, home } = bench();
    expect(await autostart.status()).toBe('off');
    expect(existsSync(join(home, '.config'))).toBe(false);
    await autostart.set(true);
    expect(await autostart.status()).toBe('on');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    await autostart.set(false);
    expect(await autostart.status()).toBe('off');
    expect(existsSync(join(folder, file))).toBe(false);
    await autostart.set(false);
  });

  it('shows what the desktop’s own settings made of the file, and can be switched on again', async () => {
    const { autostart, folder } = bench();
    await autostart.set(true);
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace('Hidden=false', 'Hidden=true'));
    chmodSync(path, 0o664);
    expect(await autostart.status()).toBe('off');
    await autostart.set(true);
    expect(await autostart.status()).toBe('on');
  });

  it('leaves the mode of a folder that was there', async () => {
    const { autostart, folder } = bench();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o775);
    await autostart.set(true);
    expect(statSync(folder).mode & 0o777).toBe(0o775);
  });

  it('follows XDG_CONFIG_HOME, but not a relative one', async () => {
    const config = tempDir();
    await bench({ XDG_CONFIG_HOME: config }).autostart.set(true);
    expect(existsSync(join(config, 'autostart', file))).toBe(true);
    const { autostart, folder } = bench({ XDG_CONFIG_HOME: 'config' });
    await autostart.set(true);
    expect(existsSync(join(folder, file))).toBe(true);
  });
});

it('says that it cannot on a platform without launch at login', async () => {
  const autostart = createAutostart(program, 'freebsd');
  expect(await autostart.status()).toBe('unknown');
  await expect(autostart.set(true)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
