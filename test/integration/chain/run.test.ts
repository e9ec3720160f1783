import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, startCli, startCompanion, startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

const sh = (script: string) => ['/bin/sh', '-c', script];

async function chain(decide: string, args: readonly string[] = []) {
  const companion = await startCompanion({ decide });
  const host = await startNodeHost(companion, { args });
  const run = (argv: readonly string[], ...options: string[]) =>
    runCli(companion.stateDir, ['run', '--node', host.nodeId, ...options, '--', ...argv]);
  return { companion, host, run };
}

describe('a command through operator, Gateway, node host, socket and companion', () => {
  it('gives back exactly its output, its two streams apart, and its exit code', async () => {
    const { run, companion, host } = await chain('allow-once');
    expect(await run(sh('printf out; printf err >&2; exit 7'))).toEqual({
      code: 7,
      stdout: 'out',
      stderr: 'err',
    });
    const folder = tempDir();
    expect(await run(['/bin/pwd'], '--cwd', folder)).toEqual({
      code: 0,
      stdout: `${folder}\n`,
      stderr: '',
    });
    // Bytes that are no text become U+FFFD; everything around them stays (exec-ipc §3.7).
    expect(await run(['printf', 'a\\377b\\000c'])).toMatchObject({
      code: 0,
      stdout: 'a\uFFFDb\0c',
    });
    expect(await run(sh('kill -KILL $$'))).toMatchObject({
      code: 137,
      stderr: 'The command was ended by SIGKILL.\n',
    });
    expect(await run(['/no/such/program'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/no/such/program: not found'),
    });
    expect(await run(['/bin/pwd'], '--cwd', '/no/such/folder')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Working directory does not exist'),
    });
    expect(companion.stderr()).toMatch(/^WARNING.*\n$/);
    expect(host.stderr()).toBe('');
  });

  it('keeps the end of a large output and says that it was cut', async () => {
    const { run } = await chain('allow-once');
    const { code, stdout } = await run(sh('seq 1 200000; echo last'));
    expect(code).toBe(0);
    expect(stdout.endsWith('\n199999\n200000\nlast\n')).toBe(true);
    expect(stdout).toMatch(/^\.\.\. \(truncated\) /);
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(80_000);
  });

  it('stops it at its limit, with what it wrote until then', async () => {
    const { run } = await chain('allow-once');
    expect(await run(sh('echo begun; sleep 60'), '--timeout', '3000')).toEqual({
      code: 1,
      stdout: 'begun\n',
      stderr: 'The command was stopped after its limit of 3000 ms.\n',
    });
    const { code, stdout, stderr } = await run(sh('sleep 60'), '--timeout', '400', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, timedOut: true, success: false });
  });

  it('a person who says no: exit 126, the reason on stderr, nothing ran', async () => {
    const { run, companion } = await chain('deny');
    const canary = join(tempDir(), 'canary');
    expect(await run(['/usr/bin/touch', canary])).toEqual({
      code: 126,
      stdout: '',
      stderr: 'SYSTEM_RUN_DENIED: user denied\n',
    });
    const json = await run(['/usr/bin/touch', canary], '--json');
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 126, stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual({
      ok: false,
      error: { code: 'DENIED', message: 'SYSTEM_RUN_DENIED: user denied' },
    });
    expect(() => writeFileSync(canary, '', { flag: 'wx' })).not.toThrow();
    const audit = await runCli(companion.stateDir, ['audit', '--json', '--since', '5m']);
    expect(JSON.parse(audit.stdout)).toMatchObject({
      ok: true,
      rows: [{ outcome: 'denied', decidedBy: 'test-aid' }, { transport: 'exec-socket' }],
    });
  });

  // A tenth of the time is left for the answer to arrive.
  it('nobody answers: expired, told apart from a deny, exit 126', async () => {
    const { run, companion } = await chain('none');
    expect(await run(['/bin/echo', 'hi'], '--wait', '8000')).toEqual({
      code: 126,
      stdout: '',
      stderr: 'SYSTEM_RUN_DENIED: approval prompt closed without decision\n',
    });
    const { stdout } = await runCli(companion.stateDir, ['audit', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: [{ outcome: 'expired', decidedBy: 'timeout', exitCode: null }],
    });
  });

  it('without --node goes to the companion of the state directory; names are resolved', async () => {
    const { companion, host } = await chain('allow-once', ['--display-name', 'build box']);
    const { stateDir } = companion;
    const run = (...args: string[]) => runCli(stateDir, ['run', ...args, '--', '/bin/echo', 'hi']);
    for (const options of [
      [],
      ['--node', 'build box'],
      ['--node', host.nodeId.slice(0, 20)],
      ['--agent', 'ops'],
    ]) {
      expect(await run(...options)).toEqual({ code: 0, stdout: 'hi\n', stderr: '' });
    }
    const { stdout } = await runCli(stateDir, ['audit', '--json']);
    // Newest first; what came over the socket names no node.
    expect(JSON.parse(stdout).rows).toMatchObject([
      { transport: 'node-invoke', nodeId: companion.ready.nodeId, agentId: 'ops' },
      { transport: 'exec-socket' },
      { transport: 'exec-socket' },
      { transport: 'node-invoke', nodeId: companion.ready.nodeId, agentId: null },
    ]);
  });

  it('a reader that leaves early (… | head) does not upset the CLI', async () => {
    const { companion, host } = await chain('allow-once');
    const cli = startCli(companion.stateDir, [
      ...['run', '--node', host.nodeId, '--', 'seq', '1', '20000'],
    ]);
    cli.child.stdout.destroy();
    expect(await cli.exited).toBe(0);
    expect(cli.stderr()).toBe('');
  });
});
