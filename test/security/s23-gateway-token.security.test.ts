import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startInProcess } from '#support/in-process-companion.ts';
import { connectAs, helloAs, newTestIdentity, openRaw } from '#support/raw-gateway-client.ts';
import { startTestGateway } from '#support/test-gateway.ts';

const ann = { surface: 'window', who: 'ann' } as const;

describe('S23: a replaced Gateway token opens nothing any more', () => {
  it('from then on only the new one lets anyone in, without a restart', async () => {
    const running = await startInProcess();
    const old = running.token();
    await running.companion.connection.replaceToken(ann);
    const fresh = running.token();
    expect(fresh).toMatch(/^[\w-]{43}$/);
    expect(fresh).not.toBe(old);
    expect(running.companion.connection.token()).toBe(fresh);
    for (const identity of [undefined, newTestIdentity()]) {
      const device = identity ? { identity, scopes: ['operator.admin'] } : {};
      const refused = await connectAs(await openRaw(running.url), { token: old, ...device });
      expect(refused.error?.message).toMatch(/^unauthorized: gateway token mismatch/);
      expect((await connectAs(await openRaw(running.url), { token: fresh, ...device })).ok).toBe(
        true,
      );
    }
  });

  it('who came in with the old one is out within a second; device tokens and our own two links stay', async () => {
    const running = await startInProcess();
    const { connection } = running.companion;
    const token = running.token();
    const bare = await openRaw(running.url);
    await helloAs(bare, { token });
    const identity = newTestIdentity();
    const device = await openRaw(running.url);
    const hello = await helloAs(device, { token, identity, scopes: ['operator.read'] });
    const own = await openRaw(running.url);
    const ownToken = hello.auth?.deviceToken ?? '';
    await helloAs(own, { token: ownToken, identity, scopes: ['operator.read'] });
    // A peer that does not even read cannot stay either.
    bare.ws.pause();
    const connIds = () =>
      Object.values(connection.links()).map((state) =>
        state.kind === 'connected' ? state.hello.server.connId : null,
      );
    const before = connIds();

    const startedAt = performance.now();
    await connection.replaceToken(ann);
    expect(await device.closed).toEqual({ code: 1008, reason: 'gateway token replaced' });
    bare.ws.resume();
    expect((await bare.closed).code).toBe(1008);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect((await own.request('health')).ok).toBe(true);
    expect(connIds()).toEqual(before);
    expect(await connection.nodes()).toMatchObject([{ isConnected: true }]);
  });

  it('our own links come back with the new one when they are lost', async () => {
    const running = await startInProcess();
    const { companion } = running;
    await companion.connection.replaceToken(ann);
    const raw = await openRaw(running.url);
    const as = { token: running.token(), identity: newTestIdentity(), scopes: ['operator.admin'] };
    await helloAs(raw, as);
    // Neither has a device token left: the shared secret is all they can come back with.
    for (const role of ['operator', 'node']) {
      await raw.request('device.token.revoke', { deviceId: companion.connection.deviceId, role });
    }
    await vi.waitFor(() => expect(companion.connection.links().node.kind).not.toBe('connected'));
    await vi.waitFor(() => {
      const { node, operator } = companion.connection.links();
      expect([node.kind, operator.kind]).toEqual(['connected', 'connected']);
    });
  });

  it('one that is let in while the token is replaced does not stay', async () => {
    let auth = { mode: 'token', token: 'old' } as const as { mode: 'token'; token: string };
    const { promise, resolve } = Promise.withResolvers<'outside'>();
    const asked = vi.fn(() => promise);
    const { url, gateway } = await startTestGateway({ auth: () => auth, descent: asked });
    const raw = await openRaw(url);
    const as = { token: 'old', identity: newTestIdentity(), scopes: ['operator.admin'] };
    const answer = connectAs(raw, as);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    auth = { mode: 'token', token: 'new' };
    gateway.closeOutdated(() => false);
    resolve('outside');
    expect((await answer).error?.message).toMatch(/^unauthorized/);
  });

  it('everything else a person wrote into the file stays, and it stays private', async () => {
    const running = await startInProcess();
    const edited = { ...JSON.parse(running.configText()), mine: { kept: true } };
    writeFileSync(running.stateDir.config, JSON.stringify(edited));
    await running.companion.connection.replaceToken(ann);
    const after = JSON.parse(running.configText());
    edited.gateway.auth.token = after.gateway.auth.token;
    expect(after).toEqual(edited);
    expect(statSync(running.stateDir.config).mode & 0o777).toBe(0o600);
  });

  it('when the file cannot be used nothing changes, in memory neither', async () => {
    const running = await startInProcess();
    const old = running.token();
    writeFileSync(running.stateDir.config, '{ broken');
    await expect(running.companion.connection.replaceToken(ann)).rejects.toThrow('not valid JSON');
    expect(running.companion.connection.token()).toBe(old);
    expect((await connectAs(await openRaw(running.url), { token: old })).ok).toBe(true);
    expect(running.companion.audit.query({})).toEqual([]);
  });
});

describe('IP-08: the Gateway token is in its file, and nowhere else', () => {
  it('neither lists, history, log, files nor status hold it, before and after it is replaced', async () => {
    const running = await startInProcess();
    const { companion, stateDir, log, token, told } = running;
    const secrets = [token()];
    await companion.connection.replaceToken(ann);
    secrets.push(token());
    const said = JSON.stringify([
      await companion.connection.devices(),
      await companion.connection.nodes(),
      companion.connection.links(),
      companion.pairing.list(),
      companion.audit.query({}),
      companion.status(),
      log.lines,
      told,
    ]);
    for (const secret of secrets) expect(said).not.toContain(secret);
    expect(companion.audit.query({})).toMatchObject([
      {
        commandText: 'Replaced the token of the Gateway',
        outcome: 'allowed',
        surface: 'window:ann',
      },
    ]);
    const files = readdirSync(stateDir.root, { recursive: true, encoding: 'utf8' });
    const holders = files.filter((name) => {
      const path = join(stateDir.root, name);
      if (!statSync(path).isFile()) return false;
      const text = readFileSync(path, 'latin1');
      return secrets.some((secret) => text.includes(secret));
    });
    expect(holders).toEqual(['config.json']);
  });
});
