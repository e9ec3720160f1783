import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openConfig, readConfig, readGatewayToken } from '#host/store/config-store.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { systemIds } from '#host/system.ts';
import { tempDir } from '#support/temp-dir.ts';

const fresh = () => join(tempDir(), 'state', 'config.json');
const written = (text: string) => {
  const path = join(tempDir(), 'config.json');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const onDisk = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown;

describe('the configuration at first start', () => {
  it('spells out every default, with a token of 32 random bytes, 0600', async () => {
    const path = fresh();
    const config = await openConfig(path, systemIds);
    const { token } = config.gateway.auth;
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(onDisk(path)).toEqual({
      version: 1,
      gateway: {
        port: 18_789,
        bind: 'loopback',
        auth: { mode: 'token', token },
        nodes: { allowCommands: [], denyCommands: [] },
        allowedOrigins: [],
        trustApprovals: false,
      },
      log: { level: 'info' },
      env: {},
      serveOpenClawNodeHost: false,
      desktop: { announce: true, dockIcon: false },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await openConfig(path, systemIds)).toEqual(config);
  });

  it('adds a token to a file without one, and keeps what it does not know', async () => {
    const path = written('{"mine":1,"gateway":{"port":5,"auth":{"note":"n"}},"version":1}');
    const config = await openConfig(path, systemIds);
    expect(config.gateway.port).toBe(5);
    expect(readFileSync(path, 'utf8')).toMatch(
      /^{\n {2}"mine": 1,\n {2}"gateway": {\n {4}"port": 5/,
    );
    expect(onDisk(path)).toEqual({
      mine: 1,
      gateway: {
        port: 5,
        auth: { note: 'n', mode: 'token', token: config.gateway.auth.token },
      },
      version: 1,
    });
  });

  it('makes no token for a Gateway with a password', async () => {
    const path = written('{"version":1,"gateway":{"auth":{"mode":"password","password":"p"}}}');
    expect((await openConfig(path, systemIds)).gateway.auth).toEqual({
      mode: 'password',
      password: 'p',
    });
  });
});

describe('a configuration that cannot be used', () => {
  it.each([
    ['{', 'is not valid JSON'],
    ['[]', 'the top level'],
    ['{}', 'version'],
    ['{"version":2}', 'version'],
    ['{"version":1,"gateway":{"port":70000}}', 'gateway.port'],
    ['{"version":1,"gateway":{"bind":"lan"}}', 'gateway.bind'],
    ['{"version":1,"gateway":{"auth":{"mode":"none"}}}', 'gateway.auth.mode'],
    ['{"version":1,"gateway":{"auth":{"token":" "}}}', 'gateway.auth.token'],
    ['{"version":1,"gateway":{"auth":{"mode":"password"}}}', 'no gateway.auth.password'],
    ['{"version":1,"gateway":{"trustApprovals":"yes"}}', 'gateway.trustApprovals'],
  ])(
    'S16: %s is refused with file, reason and way out, and not overwritten',
    async (text, reason) => {
      const path = written(text);
      const error = await openConfig(path, systemIds).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'STATE',
        message: expect.stringContaining(reason),
        hint: expect.stringContaining('Repair the file'),
      });
      expect(String(error)).toContain(path);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('S30: its text is not quoted', async () => {
    const path = written('{"version":1,"gateway":{"auth":{"token":"Zq7-secret" oops}}}');
    await expect(openConfig(path, systemIds)).rejects.toMatchObject({
      message: expect.not.stringContaining('Zq7'),
    });
  });
});

describe('reading the configuration for another program', () => {
  it('makes nothing', async () => {
    const path = fresh();
    expect(await readConfig(path)).toBeNull();
    expect(existsSync(path)).toBe(false);
  });

  it('finds the Gateway token of the state directory', async () => {
    const stateDir = resolveStateDir(join(tempDir(), 'state'), {});
    expect(await readGatewayToken(stateDir)).toBeNull();
    const { gateway } = await openConfig(stateDir.config, systemIds);
    expect(await readGatewayToken(stateDir)).toBe(gateway.auth.token);
  });
});
