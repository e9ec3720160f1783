import { describe, expect, it } from 'vitest';
import { firstChange } from '#core/exec/changes.ts';
import { freezePlan, type PlanDeps } from '#core/exec/plan.ts';
import type {
  ExecOrigin,
  ExecRequest,
  FrozenPlan,
  PathIdentity,
  PathKind,
} from '#core/exec/types.ts';
import { execRequest, inProcess } from '#support/exec-host.ts';
import { fakeHasher } from '#support/fakes.ts';

const identity = (path: string, change: Partial<PathIdentity> = {}): PathIdentity => ({
  path,
  device: '1',
  inode: '10',
  size: 100,
  ctimeNs: '1000',
  ...change,
});

/** A disk of two tables; tests replace entries to play an attacker. */
function createDisk() {
  const files = new Map([['/usr/bin/tool', identity('/usr/bin/tool')]]);
  const folders = new Map([
    ['/home/ada', identity('/home/ada', { inode: '20' })],
    ['/work', identity('/work', { inode: '21' })],
    // What a relative name would mean where the companion stands.
    ['work', identity('/companion/work')],
    ['./work', identity('/companion/work')],
    ['~/x', identity('/companion/~/x')],
  ]);
  const scripts = new Map<string, PathIdentity>();
  const tables = { program: files, directory: folders, script: scripts };
  const lookNow = (path: string, kind: PathKind) => tables[kind].get(path) ?? null;
  const deps: PlanDeps = {
    probe: { look: async (path, kind) => lookNow(path, kind), lookNow },
    hasher: fakeHasher,
    baseEnv: { HOME: '/home/ada', GITHUB_TOKEN: 'secret' },
    searchPath: '/usr/local/bin:/usr/bin',
    home: '/home/ada',
  };
  return { files, folders, scripts, deps };
}

async function frozen(
  request: Partial<ExecRequest> = {},
  origin: Partial<ExecOrigin> = {},
  { deps } = createDisk(),
): Promise<FrozenPlan> {
  const full = execRequest({ argv: ['tool', 'a  b'], ...request });
  const result = await freezePlan(full, { ...inProcess, ...origin }, deps);
  if (result.kind !== 'frozen') throw new Error(`not frozen: ${result.kind}`);
  return result.plan;
}

describe('freezePlan', () => {
  it('freezes everything that will run, argv unmodified', async () => {
    expect(
      await frozen({
        cwd: '/work',
        env: { TERM: 'dumb', PATH: '/evil' },
        timeoutMs: 5_000,
        agentId: ' coder ',
        sessionKey: 's1',
      }),
    ).toMatchObject({
      argv: ['tool', 'a  b'],
      executable: { path: '/usr/bin/tool' },
      cwd: { path: '/work' },
      env: { HOME: '/home/ada', TERM: 'dumb', PATH: '/usr/local/bin:/usr/bin' },
      envDelta: { TERM: 'dumb' },
      envDropped: ['PATH'],
      timeoutMs: 5_000,
      agentId: 'coder',
      sessionKey: 's1',
      nodeId: 'node-1',
      commandText: 'tool "a  b"',
    });
  });

  it('runs in the home folder when no folder is named', async () => {
    expect((await frozen({ cwd: null })).cwd.path).toBe('/home/ada');
    expect((await frozen({ cwd: ' ' })).cwd.path).toBe('/home/ada');
  });

  it.each([null, 0, -5])('takes a timeout of %j as none', async (timeoutMs) => {
    expect((await frozen({ timeoutMs })).timeoutMs).toBeNull();
  });

  it.each(['/missing', 'work', './work', '~/x'])(
    'refuses the folder %s with the text peers know',
    async (cwd) => {
      const { deps } = createDisk();
      expect(await freezePlan(execRequest({ argv: ['tool'], cwd }), inProcess, deps)).toEqual({
        kind: 'refused',
        error: {
          code: 'UNAVAILABLE',
          message: 'Working directory does not exist, is inaccessible, or is not a directory.',
          reason: 'cwd-unavailable',
        },
      });
    },
  );

  it('says that a program is not there, its name quoted like every command', async () => {
    const { deps } = createDisk();
    expect(await freezePlan(execRequest({ argv: ['no tool'] }), inProcess, deps)).toEqual({
      kind: 'not-found',
      message: 'failed to start: "no tool": not found',
    });
  });
});

describe('planDigest (S12)', () => {
  const base = { argv: ['tool', 'x'], env: { TERM: 'dumb' }, agentId: 'a', sessionKey: 's' };
  const request = (change: Partial<ExecRequest>) => ({ ...base, ...change }) as ExecRequest;

  it('is the same for the same facts, whatever their order', async () => {
    const env = { TERM: 'dumb', LANG: 'C' };
    const reversed = { LANG: 'C', TERM: 'dumb' };
    const one = await frozen(request({ env }));
    expect((await frozen(request({ env: reversed }))).digest).toBe(one.digest);
  });

  it.each<[string, Partial<ExecRequest>, Partial<ExecOrigin>]>([
    ['argv', { argv: ['tool', 'y'] }, {}],
    ['the split of argv', { argv: ['tool', 'x', ''] }, {}],
    ['the folder', { cwd: '/work' }, {}],
    ['an environment value', { env: { TERM: 'xterm' } }, {}],
    ['an environment name', { env: { TERM: 'dumb', LANG: 'C' } }, {}],
    ['the agent', { agentId: 'b' }, {}],
    ['the session', { sessionKey: null }, {}],
    ['the node', {}, { nodeId: 'node-2' }],
  ])('changes with %s', async (_, change, origin) => {
    const before = await frozen(request({}));
    expect((await frozen(request(change), origin)).digest).not.toBe(before.digest);
  });
});

describe('firstChange (S11, AP-11)', () => {
  const request = execRequest({ argv: ['tool'], cwd: '/work' });
  const tool = identity('/usr/bin/tool');
  const work = identity('/work', { inode: '21' });

  const check = async (attack: (disk: ReturnType<typeof createDisk>) => void) => {
    const disk = createDisk();
    const plan = await frozen(request, {}, disk);
    attack(disk);
    return firstChange(plan.sightings, disk.deps.probe);
  };

  it('finds nothing while nothing changed', async () => {
    expect(await check(() => {})).toBeNull();
  });

  it('ignores what happens inside the folder', async () => {
    expect(
      await check(({ folders }) => folders.set('/work', { ...work, size: 9, ctimeNs: '9' })),
    ).toBeNull();
  });

  it.each<[string, PathIdentity | null]>([
    ['was removed', null],
    ['has another inode', { ...tool, inode: '11' }],
    ['is on another device', { ...tool, device: '2' }],
    ['has another size', { ...tool, size: 101 }],
    ['was written to', { ...tool, ctimeNs: '1001' }],
    ['became a link to another', { ...tool, path: '/evil/tool' }],
  ])('names the program that %s', async (_, now) => {
    const replace = ({ files }: ReturnType<typeof createDisk>) =>
      now === null ? files.delete('/usr/bin/tool') : files.set('/usr/bin/tool', now);
    const how = now === null ? 'gone' : 'changed';
    expect(await check(replace)).toEqual({ kind: 'program', path: '/usr/bin/tool', how });
  });

  it('names another program that is found first', async () => {
    const path = '/usr/local/bin/tool';
    expect(await check(({ files }) => files.set(path, identity(path)))).toEqual({
      kind: 'program',
      path,
      how: 'appeared',
    });
  });

  it.each<[string, PathIdentity | null]>([
    ['was removed', null],
    ['was replaced', { ...work, inode: '22' }],
    ['is on another device', { ...work, device: '2' }],
    ['became a link to another', { ...work, path: '/evil' }],
  ])('names the folder that %s', async (_, now) => {
    const replace = ({ folders }: ReturnType<typeof createDisk>) =>
      now === null ? folders.delete('/work') : folders.set('/work', now);
    const how = now === null ? 'gone' : 'changed';
    expect(await check(replace)).toEqual({ kind: 'directory', path: '/work', how });
  });
});
