import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAlive } from '#support/chain.ts';
import { runCli, startCompanion, startCompanionProcess, startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

/** Takes a free port and answers nothing on it. */
async function stranger(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.resume());
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return { server, port: address.port };
}

const echo = ['run', '--', '/bin/echo', 'hi'];

describe('a second companion on one state directory', () => {
  it('ends with an error that names the first, which keeps working', async () => {
    const first = await startCompanion({ decide: 'allow-once' });
    const { stateDir } = first;
    const files = ['config.json', 'exec-approvals.json', 'identity/companion.json'];
    const content = () => files.map((name) => readFileSync(join(stateDir, name), 'utf8'));
    const before = content();
    const second = startCompanionProcess(['--headless', '--port', '0'], { stateDir });
    expect(await second.exited).toBe(1);
    expect(second.stdout()).toBe('');
    expect(second.stderr()).toContain(`is already served by process ${first.ready.pid}`);
    expect(second.stderr()).toContain('--state-dir');
    expect(content()).toEqual(before);
    expect(await runCli(stateDir, echo)).toMatchObject({ code: 0, stdout: 'hi\n' });
    expect(statSync(first.ready.execSocket).isSocket()).toBe(true);
    expect(await first.stop()).toBe(0);
  });

  it('S20: of ten started at once exactly one serves', async () => {
    const stateDir = tempDir();
    const all = Array.from({ length: 10 }, () =>
      startCompanionProcess(['--headless', '--port', '0'], { stateDir }),
    );
    const outcomes = await Promise.all(
      all.map((one) =>
        Promise.race([one.exited, one.line<{ event: string }>(() => true).catch(() => null)]),
      ),
    );
    const serving = all.filter((_, index) => typeof outcomes[index] === 'object');
    expect(serving).toHaveLength(1);
    expect((await runCli(stateDir, ['status', '--json'])).stdout).toContain(
      `"pid":${serving[0]?.child.pid},`,
    );
    expect(await serving[0]?.stop()).toBe(0);
  });
});

describe('S28: a port that somebody else has', () => {
  it('is named with its owner and left alone; another port is offered', async () => {
    const { server, port } = await stranger();
    const companion = startCompanionProcess(['--headless', '--port', String(port)]);
    expect(await companion.exited).toBe(1);
    expect(companion.stdout()).toBe('');
    expect(companion.stderr()).toContain(`Port ${port} is in use by`);
    expect(companion.stderr()).toContain(`(pid ${process.pid})`);
    expect(companion.stderr()).toContain('--port');
    expect(server.listening).toBe(true);
    expect(isAlive(process.pid)).toBe(true);
  });

  it('the same port through OPENCLAW_GATEWAY_PORT, and a free one works', async () => {
    const { server, port } = await stranger();
    const env = { OPENCLAW_GATEWAY_PORT: String(port) };
    const refused = startCompanionProcess(['--headless'], { env });
    expect(await refused.exited).toBe(1);
    expect(refused.stderr()).toContain(`Port ${port} is in use by`);
    await new Promise((resolve) => server.close(resolve));
    const companion = startCompanionProcess(['--headless'], { env });
    const ready = await companion.line<{ event: string; gateway: { url: string } }>(() => true);
    expect(ready.gateway.url).toBe(`ws://127.0.0.1:${port}`);
    // The CLI looks there as well, with the secret of the state directory.
    expect((await runCli(companion.stateDir, ['status'])).code).toBe(0);
    const run = await runCli(companion.stateDir, ['invoke', '--node', 'x', '--command', 'y'], env);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('called "x"') });
  });
});

describe('files of the state directory that cannot be used', () => {
  it.each([
    ['malformed', '{"version":1,', 'is not valid JSON'],
    ['of a newer version', '{"version":2}', 'version'],
  ])('a config.json that is %s is named and not touched', async (_, text, reason) => {
    const stateDir = tempDir();
    const path = join(stateDir, 'config.json');
    writeFileSync(path, text, { mode: 0o600 });
    const companion = startCompanionProcess(['--headless', '--port', '0'], { stateDir });
    expect(await companion.exited).toBe(1);
    expect(companion.stderr()).toContain(path);
    expect(companion.stderr()).toContain(reason);
    expect(companion.stderr()).toContain('Repair the file');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('S16: with a broken exec-approvals.json everything is denied, and status says why', async () => {
    const stateDir = tempDir();
    const path = join(stateDir, 'exec-approvals.json');
    writeFileSync(path, '{"version":1,', { mode: 0o600 });
    const companion = await startCompanion({ stateDir, decide: 'allow-once' });
    const host = await startNodeHost(companion);
    expect(await runCli(stateDir, echo)).toMatchObject({
      code: 126,
      stderr: expect.stringContaining('exec approvals store unavailable'),
    });
    const through = ['run', '--node', host.nodeId, '--', '/bin/echo', 'hi'];
    expect((await runCli(stateDir, through)).code).not.toBe(0);
    expect((await runCli(stateDir, ['status'])).stdout).toMatch(/\nPolicy +\S.*(JSON|malformed)/);
    expect(readFileSync(path, 'utf8')).toBe('{"version":1,');
    expect(await companion.stop()).toBe(0);
  });

  it('S21: a state directory that others can write is refused, with the way to close it', async () => {
    const stateDir = join(tempDir(), 'state');
    mkdirSync(stateDir);
    chmodSync(stateDir, 0o777);
    const companion = startCompanionProcess(['--headless', '--port', '0'], { stateDir });
    expect(await companion.exited).toBe(1);
    expect(companion.stderr()).toContain(`chmod 700 ${stateDir}`);
  });
});
