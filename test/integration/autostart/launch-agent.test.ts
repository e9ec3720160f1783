import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createLaunchAgent } from '#host/autostart/launch-agent.ts';
import type { AutostartProgram } from '#host/autostart/types.ts';
import { createFakeLaunchd } from '#support/fake-launchctl.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const program: AutostartProgram = {
  id: 'ai.openclaw.companion',
  name: 'OpenClaw Companion',
  argv: ['/Applications/C.app/Contents/MacOS/C', '--launched-at-login'],
  env: {},
};
const domain = 'gui/501';
const job = `${domain}/${program.id}`;
const ourPid = 4_711;

function bench(home = tempDir()) {
  const launchd = createFakeLaunchd();
  const clock = createVirtualClock();
  const path = join(home, 'Library/LaunchAgents', `${program.id}.plist`);
  const deps = { home, uid: 501, pid: ourPid, run: launchd.run, clock };
  const agentFor = (argv: AutostartProgram['argv']) =>
    createLaunchAgent({ ...deps, program: { ...program, argv } });
  return { home, launchd, clock, path, agentFor, agent: agentFor(program.argv) };
}

const switching = (calls: readonly string[]) => calls.filter((call) => !call.startsWith('print'));

describe('launch at login on macOS', () => {
  it('is off at first, and looking changes nothing', async () => {
    const { agent, home } = bench();
    expect(await agent.status()).toBe('off');
    expect(existsSync(join(home, 'Library'))).toBe(false);
  });

  it('writes the agent, makes the folder of its log, and loads it', async () => {
    const { agent, path, home, launchd } = bench();
    await agent.set(true);
    expect(await agent.status()).toBe('on');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(launchd.lints).toEqual([path]);
    const logs = statSync(join(home, 'Library/Logs', program.id));
    expect(logs.mode & 0o777).toBe(0o700);
    expect(switching(launchd.calls)).toEqual([`enable ${job}`, `bootstrap ${domain} ${path}`]);
  });

  it('is switched off by deleting the file alone: a bootout would end this process', async () => {
    const { agent, path, launchd } = bench();
    await agent.set(true);
    const before = launchd.calls.length;
    await agent.set(false);
    expect(existsSync(path)).toBe(false);
    expect(launchd.calls.slice(before)).toEqual([]);
    expect(launchd.jobs.has(job)).toBe(true);
    expect(await agent.status()).toBe('off');
    await agent.set(false);
  });

  it('leaves the job alone when it is this very process', async () => {
    const { agentFor, path, launchd } = bench();
    launchd.jobs.set(job, ourPid);
    await agentFor(['/Applications/Moved.app/C']).set(true);
    expect(switching(launchd.calls)).toEqual([]);
    expect(readFileSync(path, 'utf8')).toContain('/Applications/Moved.app/C');
    expect(await agentFor(['/Applications/Moved.app/C']).status()).toBe('on');
  });

  it('loads a changed agent anew, and an unchanged one not', async () => {
    const { agent, agentFor, path, launchd } = bench();
    await agent.set(true);
    const first = launchd.calls.length;
    await agent.set(true);
    expect(switching(launchd.calls.slice(first))).toEqual([]);
    const second = launchd.calls.length;
    const moved = agentFor(['/Applications/Moved.app/C']);
    expect(await moved.status()).toBe('unknown');
    await moved.set(true);
    expect(switching(launchd.calls.slice(second))).toEqual([
      `bootout ${job}`,
      `enable ${job}`,
      `bootstrap ${domain} ${path}`,
    ]);
    expect(await moved.status()).toBe('on');
  });

  it.each([5, 37])('tries again while the old job leaves (code %i)', async (code) => {
    const { agent, launchd, clock } = bench();
    launchd.bootstrapCodes.push(code, code);
    const done = agent.set(true);
    for (const ms of [250, 500]) {
      await vi.waitFor(() => expect(clock.waiting).toBe(1));
      clock.advance(ms);
    }
    await done;
    expect(clock.waiting).toBe(0);
    expect(await agent.status()).toBe('on');
  });

  it('gives up in the end, says so, and stays off', async () => {
    const { agent, launchd, clock, path } = bench();
    launchd.bootstrapCodes.push(5, 5, 5, 5, 5);
    const done = expect(agent.set(true)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('failed with 5'),
    });
    for (const ms of [250, 500, 1_000, 2_000]) {
      await vi.waitFor(() => expect(clock.waiting).toBe(1));
      clock.advance(ms);
    }
    await done;
    expect(existsSync(path)).toBe(false);
    expect(await agent.status()).toBe('off');
  });

  it('keeps the earlier file when a new one cannot be loaded', async () => {
    const { agent, agentFor, launchd, path } = bench();
    await agent.set(true);
    const before = readFileSync(path, 'utf8');
    launchd.bootstrapCodes.push(125);
    await expect(agentFor(['/other']).set(true)).rejects.toThrow('failed with 125');
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it.each([0, null])('is loaded when plutil says nothing against it (%s)', async (code) => {
    const { agent, launchd } = bench();
    launchd.lintCode = code;
    await agent.set(true);
    expect(await agent.status()).toBe('on');
  });

  it('loads nothing that plutil finds malformed, and puts the earlier file back', async () => {
    const { agent, agentFor, launchd, path } = bench();
    launchd.lintCode = 1;
    await expect(agent.set(true)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(existsSync(path)).toBe(false);
    launchd.lintCode = 0;
    await agent.set(true);
    const before = readFileSync(path, 'utf8');
    const calls = switching(launchd.calls);
    launchd.lintCode = 1;
    await expect(agentFor(['/other']).set(true)).rejects.toThrow('malformed');
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(switching(launchd.calls)).toEqual(calls);
  });

  it('says that it needs approval when the file is there and launchd does not load it', async () => {
    const { agent, launchd } = bench();
    await agent.set(true);
    launchd.jobs.clear();
    expect(await agent.status()).toBe('needs-approval');
  });

  it.each([112, 125, null])('without a desktop session (code %s) writes nothing', async (code) => {
    const { agent, launchd, home } = bench();
    launchd.printCode = code;
    await expect(agent.set(true)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(existsSync(join(home, 'Library'))).toBe(false);
    launchd.printCode = undefined;
    await agent.set(true);
    launchd.printCode = code;
    expect(await agent.status()).toBe('unknown');
  });

  it('does not claim the agent of somebody else under our label', async () => {
    const { agent, path, launchd } = bench();
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '<plist/>');
    launchd.jobs.set(job, null);
    expect(await agent.status()).toBe('unknown');
  });

  it('takes one switch after the other', async () => {
    const { agent, path } = bench();
    await Promise.all([agent.set(true), agent.set(false), agent.set(true), agent.set(false)]);
    expect(existsSync(path)).toBe(false);
    expect(await agent.status()).toBe('off');
  });
});
