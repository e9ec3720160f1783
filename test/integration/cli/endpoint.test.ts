import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveEndpoint } from '#cli/endpoint.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { companionStatus, startControlSocket } from '#support/control-socket.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A state directory with a configuration, nothing running. */
function stateWith(auth: object, port = 4_000) {
  const stateDir = resolveStateDir(tempDir(), {});
  const config = { version: 1, gateway: { port, auth } };
  writeFileSync(stateDir.config, JSON.stringify(config), { mode: 0o600 });
  return stateDir;
}

const ours = { mode: 'token', token: 'ours' };
const inEnv = { OPENCLAW_GATEWAY_TOKEN: 'from-env' };

async function endpoint(...args: Parameters<typeof resolveEndpoint>) {
  const { url, credentials } = await resolveEndpoint(...args);
  return { url, ...(await credentials()) };
}

describe('which Gateway a command talks to, and with which secret', () => {
  it('flags before environment before configuration', async () => {
    const dir = stateWith(ours);
    expect(await endpoint(dir, {}, {})).toEqual({ url: 'ws://127.0.0.1:4000', token: 'ours' });
    const env = { ...inEnv, OPENCLAW_GATEWAY_PORT: '5000' };
    expect(await endpoint(dir, env, {})).toEqual({
      url: 'ws://127.0.0.1:5000',
      token: 'from-env',
    });
    const tokenFile = join(tempDir(), 'token');
    writeFileSync(tokenFile, ' from-file\n');
    expect(await endpoint(dir, env, { port: 6_000, tokenFile })).toEqual({
      url: 'ws://127.0.0.1:6000',
      token: 'from-file',
    });
    const password = stateWith({ mode: 'password', password: 'p' });
    expect(await endpoint(password, {}, {})).toEqual({ url: 'ws://127.0.0.1:4000', password: 'p' });
    expect(await endpoint(dir, { OPENCLAW_GATEWAY_PASSWORD: 'q' }, {})).toMatchObject({
      password: 'q',
    });
  });

  it('reads a changed secret again at the next attempt', async () => {
    const dir = stateWith(ours);
    const { credentials } = await resolveEndpoint(dir, {}, {});
    writeFileSync(dir.config, JSON.stringify({ version: 1, gateway: { auth: { token: 'new' } } }));
    expect(await credentials()).toEqual({ token: 'new' });
    const tokenFile = join(tempDir(), 'token');
    writeFileSync(tokenFile, 'one');
    const fromFile = await resolveEndpoint(dir, {}, { tokenFile });
    writeFileSync(tokenFile, 'two');
    expect(await fromFile.credentials()).toEqual({ token: 'two' });
  });

  it.each([
    ['example.org', 'ws://example.org:4000'],
    ['192.168.1.9', 'ws://192.168.1.9:4000'],
    ['127.evil.example', 'ws://127.evil.example:4000'],
    ['fe80::1', 'ws://[fe80::1]:4000'],
  ])('S2: our own secret is not shown to %s; one that was named is', async (host, url) => {
    const dir = stateWith(ours);
    expect(await endpoint(dir, {}, { host })).toEqual({ url });
    expect(await endpoint(dir, inEnv, { host })).toEqual({ url, token: 'from-env' });
  });

  it.each(['127.0.0.1', 'localhost', '127.1.2.3', '::1', '[::1]'])(
    'our own secret opens %s',
    async (host) => {
      expect(await endpoint(stateWith(ours), {}, { host })).toMatchObject({ token: 'ours' });
    },
  );

  it('the running companion’s own Gateway gets its own secret, whatever else is exported', async () => {
    const { path } = await startControlSocket();
    const dir = { ...stateWith(ours), controlSocket: path };
    expect(await endpoint(dir, inEnv, {})).toEqual({
      url: companionStatus.gateway.url,
      token: 'ours',
    });
  });

  it('S2: a Gateway the companion is attached to never sees our own secret', async () => {
    const gateway = { ...companionStatus.gateway, mode: 'attached' as const };
    const { path } = await startControlSocket({ status: () => ({ ...companionStatus, gateway }) });
    const dir = { ...stateWith(ours), controlSocket: path };
    const guest = tempDir();
    const env = { OPENCLAW_STATE_DIR: guest };
    expect(await endpoint(dir, env, {})).toEqual({ url: gateway.url });
    writeFileSync(join(guest, 'openclaw.json'), "{gateway:{auth:{token:'theirs'}}}");
    expect(await endpoint(dir, env, {})).toEqual({ url: gateway.url, token: 'theirs' });
    expect(await endpoint(dir, { ...env, ...inEnv }, {})).toEqual({
      url: gateway.url,
      token: 'from-env',
    });
  });

  it.each(['0', '70000', '1e3', '0x50', '-1', '80 80'])(
    'OPENCLAW_GATEWAY_PORT=%s is a usage error',
    async (port) => {
      const env = { OPENCLAW_GATEWAY_PORT: port };
      await expect(resolveEndpoint(stateWith(ours), env, {})).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringContaining('OPENCLAW_GATEWAY_PORT'),
      });
    },
  );

  it('a token file that is missing or empty is a usage error that names it', async () => {
    const empty = join(tempDir(), 'empty');
    writeFileSync(empty, '\n');
    for (const tokenFile of [empty, `${empty}-not`]) {
      await expect(resolveEndpoint(stateWith(ours), {}, { tokenFile })).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringContaining(tokenFile),
      });
    }
  });
});
