import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { companionStatusSchema } from '#protocol/control-socket.ts';
import { startMiniGateway } from '#support/mini-gateway.ts';
import { followProgram } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

const child = fileURLToPath(new URL('../../support/desktop-child.ts', import.meta.url));

/** The built main process, which ends as the app does; launchd sees its exit code. */
function startDesktop(
  order: 'run' | 'quit' | 'throw' | 'reject' | 'throw and quit' = 'run',
  { stateDir = tempDir(), port = 0, env = {} as Readonly<Record<string, string>> } = {},
) {
  const argv = [child, order, `--state-dir=${stateDir}`, `--port=${port}`];
  const app = followProgram('desktop', [process.execPath, '--no-warnings', ...argv], {
    stateDir,
    env,
  });
  const log = () => readFileSync(join(stateDir, 'logs/companion.jsonl'), 'utf8');
  /** What a person was told, once the app has ended. */
  const box = (): unknown => JSON.parse(app.stdout());
  const running = () =>
    app.line<{ event: string; named: readonly string[] }>(({ event }) => event === 'running');
  return { ...app, log, box, running };
}

/** A port that somebody has. */
async function takenPort(): Promise<number> {
  const server = createServer((socket) => socket.end('220 mail\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const title = 'OpenClaw Companion could not start';

describe('a start that fails is told to the person, and launchd leaves it down', () => {
  it('a port that another program has', async () => {
    const port = await takenPort();
    const app = startDesktop('run', { port });
    expect(await app.exited).toBe(0);
    const why = `Port ${port} is in use by `;
    const hint = 'Stop that program, or choose another port with --port (0 picks a free one).';
    expect(app.box()).toEqual({
      event: 'error-box',
      title,
      content: expect.stringMatching(new RegExp(`^${why}[^\\n]+\\n\\n`)),
    });
    expect(app.box()).toHaveProperty('content', expect.stringContaining(hint));
    for (const text of [app.stderr(), app.log()]) {
      expect(text).toContain(why);
      expect(text).toContain(hint);
    }
    // What had started is gone again.
    expect(existsSync(join(app.stateDir, 'control.sock'))).toBe(false);
  });

  it('a configuration that cannot be read', async () => {
    const stateDir = tempDir();
    writeFileSync(join(stateDir, 'config.json'), '{', { mode: 0o600 });
    const app = startDesktop('run', { stateDir });
    expect(await app.exited).toBe(0);
    expect(app.box()).toMatchObject({ title, content: expect.stringContaining('config.json') });
  });

  it('a folder that others can change, before anything is written there', async () => {
    const stateDir = tempDir();
    chmodSync(stateDir, 0o777);
    const app = startDesktop('run', { stateDir });
    expect(await app.exited).toBe(0);
    const hint = `chmod 700 ${stateDir}`;
    expect(app.box()).toMatchObject({ title, content: expect.stringContaining(hint) });
    expect(app.stderr()).toContain(hint);
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it('a Gateway whose token is not known; named in the environment it is attached to', async () => {
    const { port } = await startMiniGateway();
    const stateDir = tempDir();
    const unknown = startDesktop('run', { port, stateDir });
    expect(await unknown.exited).toBe(0);
    expect(unknown.box()).toMatchObject({
      title,
      content: expect.stringContaining('$OPENCLAW_GATEWAY_TOKEN'),
    });

    const env = { OPENCLAW_GATEWAY_TOKEN: 'plain-word' };
    const app = startDesktop('run', { port, stateDir, env });
    // Commands, pages and browsers that it starts cannot inherit it.
    expect((await app.running()).named).toEqual([]);
    const status = await callControl(join(stateDir, 'control.sock'), { op: 'status' });
    expect(companionStatusSchema.parse(status).gateway.mode).toBe('attached');
    expect(await app.stop()).toBe(0);
    expect(app.log() + app.stderr()).not.toContain('plain-word');
  });
});

describe('an error that nobody caught ends the app in order, and launchd starts it again', () => {
  it.each([
    ['throw', 'desktop.uncaught'],
    ['reject', 'desktop.unhandled'],
  ] as const)('%s', async (order, event) => {
    const app = startDesktop(order);
    expect(await app.exited).toBe(1);
    for (const text of [app.stderr(), app.log()]) {
      expect(text).toContain(`"event":"${event}"`);
      expect(text).not.toContain('SECRET-TOKEN');
    }
    expect(existsSync(join(app.stateDir, 'exec-approvals.sock'))).toBe(false);
  });
});

it('whoever quits is left alone, also while an error ends the app: it ends with 0', async () => {
  expect(await startDesktop('quit').exited).toBe(0);
  expect(await startDesktop('throw and quit').exited).toBe(0);
});

it('starts again on what a copy left that was killed', async () => {
  const first = startDesktop();
  await first.running();
  const { stateDir } = first;
  first.child.kill('SIGKILL');
  await first.exited;
  expect(existsSync(join(stateDir, 'control.sock'))).toBe(true);
  const second = startDesktop('run', { stateDir });
  await second.running();
  await callControl(join(stateDir, 'control.sock'), { op: 'status' });
  expect(await second.stop()).toBe(0);
  // launchd keeps stderr in a file that nobody rotates.
  expect(second.stderr()).toBe('');
  expect(second.log()).toContain('socket.listening');
});
