import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, startCli, startCompanion, startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

interface Line {
  readonly event: string;
  readonly nodeId: string;
  readonly why?: string;
}

const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** A port that was free a moment ago: a Gateway that restarts must come back on the same one. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function writePrivate(path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describe('the connection of a node host', () => {
  it('says each connection and each loss once, and comes back with the companion', async () => {
    const port = await freePort();
    const fixed = { args: ['--port', String(port)] };
    const first = await startCompanion({ ...fixed, decide: 'allow-once' });
    const { stateDir } = first;
    const host = await startNodeHost(first);
    const identities = ['companion.json', 'node-host.json'].map((name) =>
      readFileSync(join(stateDir, 'identity', name), 'utf8'),
    );
    expect(new Set([...identities, first.ready.nodeId, host.nodeId]).size).toBe(4);

    await first.stop();
    await host.line<Line>((line) => line.event === 'disconnected');
    const again = await startCompanion({ ...fixed, stateDir, decide: 'allow-once' });
    await expect.poll(() => lines(host.stdout()).length).toBe(3);
    expect(lines(host.stdout())).toEqual([
      { event: 'connected', nodeId: host.nodeId },
      { event: 'disconnected', nodeId: host.nodeId, why: 'the Gateway is restarting' },
      { event: 'connected', nodeId: host.nodeId },
    ]);
    expect(host.stderr()).toContain('Gateway lost: the Gateway is restarting.');
    const run = ['run', '--node', host.nodeId, '--', '/bin/echo', 'hi'];
    expect((await runCli(again.stateDir, run)).stdout).toBe('hi\n');
    expect(await host.stop()).toBe(0);
  });

  it('started before the companion ever was: picks up the token that is made later', async () => {
    const port = await freePort();
    const stateDir = tempDir();
    const host = startCli(stateDir, ['node', 'run', '--port', String(port)]);
    await host.complains(/Gateway lost/);
    await startCompanion({ stateDir, args: ['--port', String(port)] });
    await host.line<Line>((line) => line.event === 'connected');
    expect(await host.stop()).toBe(0);
  });
});

describe('system.run through a node host', () => {
  it('fails closed without a companion: COMPANION_APP_UNAVAILABLE, exit 69', async () => {
    const companion = await startCompanion({ decide: 'allow-once' });
    const host = await startNodeHost(companion, {
      args: ['--companion-socket', join(companion.stateDir, 'nobody.sock')],
    });
    const canary = join(tempDir(), 'canary');
    const run = ['run', '--node', host.nodeId, '--', '/usr/bin/touch', canary];
    const { code, stderr } = await runCli(companion.stateDir, run);
    expect(code).toBe(69);
    expect(stderr).toMatch(/^COMPANION_APP_UNAVAILABLE: /);
    expect(() => readFileSync(canary)).toThrow('ENOENT');
  });

  it('a wrong token is refused, the right one from a file is not', async () => {
    const companion = await startCompanion({ decide: 'allow-once' });
    const { stateDir, ready } = companion;
    const document = JSON.parse(readFileSync(join(stateDir, 'exec-approvals.json'), 'utf8'));
    const folder = tempDir();
    const wrong = writePrivate(join(folder, 'wrong'), 'not-the-token');
    const right = writePrivate(join(folder, 'right'), `${document.socket.token}\n`);
    const gateway = writePrivate(
      join(folder, 'gateway'),
      JSON.parse(readFileSync(join(stateDir, 'config.json'), 'utf8')).gateway.auth.token,
    );
    // Another state directory: nothing of the companion's is there to be picked up by itself.
    const connect = (file: string) =>
      startNodeHost(companion, {
        stateDir: tempDir(),
        args: [
          ...['--token-file', gateway, '--companion-socket', ready.execSocket],
          ...['--companion-token-file', file],
        ],
      });
    const outcomes = [];
    for (const file of [wrong, right]) {
      const host = await connect(file);
      const run = ['run', '--node', host.nodeId, '--', '/bin/echo', 'hi'];
      outcomes.push(await runCli(stateDir, run));
      expect(host.stderr() + host.stdout()).not.toContain(document.socket.token);
    }
    expect(outcomes).toMatchObject([
      { code: 69, stdout: '', stderr: expect.stringContaining('COMPANION_APP_UNAVAILABLE') },
      { code: 0, stdout: 'hi\n' },
    ]);
  });

  it('--allow-local-exec runs what a rule allowed at its start, audited, and nothing else', async () => {
    const companion = await startCompanion({ decide: 'allow-always' });
    const { stateDir } = companion;
    const folder = tempDir();
    const canary = join(folder, 'canary');
    const run = (node: string, ...argv: string[]) =>
      runCli(stateDir, ['run', '--node', node, '--', ...argv]);
    // A person allows it for good, at the companion.
    expect((await run(companion.ready.nodeId, '/usr/bin/touch', canary)).code).toBe(0);
    rmSync(canary);

    const host = await startNodeHost(companion, {
      args: ['--allow-local-exec', '--companion-socket', join(folder, 'nobody.sock')],
    });
    expect(host.stderr()).toContain('--allow-local-exec');
    expect(await run(host.nodeId, '/usr/bin/touch', `${canary}2`)).toMatchObject({
      code: 126,
      stderr: 'SYSTEM_RUN_DENIED: allowlist miss\n',
    });
    expect((await run(host.nodeId, '/usr/bin/touch', canary)).code).toBe(0);
    expect(readdirSync(folder)).toEqual(['canary']);
    await runCli(stateDir, ['pause']);
    expect(await run(host.nodeId, '/usr/bin/touch', canary)).toMatchObject({
      code: 126,
      stderr: 'SYSTEM_RUN_DENIED: a person has paused everything\n',
    });
    const { rows } = JSON.parse((await runCli(stateDir, ['audit', '--json'])).stdout);
    expect(rows).toMatchObject([
      { nodeId: host.nodeId, decidedBy: 'policy', outcome: 'denied', reason: 'paused' },
      { transport: 'companion', decidedBy: 'person', outcome: 'denied' },
      { nodeId: host.nodeId, decidedBy: 'rule', outcome: 'allowed' },
      { nodeId: host.nodeId, decidedBy: 'policy', outcome: 'denied' },
      { nodeId: companion.ready.nodeId, decidedBy: 'test-aid' },
    ]);
    expect(await host.stop()).toBe(0);
  });

  it('ends when told to, also while it cannot connect', async () => {
    const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const host = startCli(tempDir(), ['node', 'run', '--port', String(port)]);
    await new Promise((resolve) => server.once('connection', resolve));
    expect(await host.stop()).toBe(0);
    expect(host.stdout()).toBe('');
  });
});
