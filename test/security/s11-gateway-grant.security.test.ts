import { chmodSync, mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canaryCommand } from '#support/exec-host.ts';
import { createGatewayQuestions, ourNode } from '#support/gateway-questions.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A script, and a sign that its second content ran. */
function script() {
  const dir = tempDir();
  const path = join(dir, 'a.sh');
  const { argv, ran } = canaryCommand();
  writeFileSync(path, 'echo harmless\n');
  chmodSync(path, 0o755);
  const rewrite = () => writeFileSync(path, `#!/bin/sh\n${argv.join(' ')}\n`);
  return { dir, path, rewrite, ran };
}

type Bench = ReturnType<typeof createGatewayQuestions>;

async function expectAsked({ run, exec }: Bench, request: Parameters<Bench['run']>[0]) {
  expect(await run(request)).toMatchObject({ ok: false });
  expect(exec.desk.asked).toHaveLength(1);
}

describe('S11, AP-11: what our Gateway was told to allow is what was there then', () => {
  it.each<[string, (path: string) => { command: string; argv: [string, ...string[]] }, boolean]>([
    [
      'the argv is named',
      (path) => ({ command: `/bin/sh ${path}`, argv: ['/bin/sh', path] }),
      true,
    ],
    [
      'the text is the argv',
      (path) => ({ command: `/bin/sh ${path}`, argv: ['/bin/sh', path] }),
      false,
    ],
    [
      'the text is for a shell',
      (path) => ({ command: `sh ${path}`, argv: ['/bin/sh', '-lc', `sh ${path}`] }),
      false,
    ],
    ['it is the program itself', (path) => ({ command: path, argv: [path] }), false],
  ])(
    'a script rewritten after the answer asks again, where %s',
    async (_what, command, isNamed) => {
      for (const nodeId of [ourNode, undefined]) {
        for (const changes of [false, true]) {
          const bench = createGatewayQuestions();
          const { path, dir, rewrite, ran } = script();
          const asked = command(path);
          const named = isNamed ? { commandArgv: asked.argv } : {};
          await bench.allow({ command: asked.command, ...named, cwd: dir, nodeId });
          if (changes) rewrite();
          const request = { argv: asked.argv, cwd: dir };
          if (changes) await expectAsked(bench, request);
          else expect(await bench.run(request)).toMatchObject({ ok: true });
          expect(ran()).toBe(false);
        }
      }
    },
  );

  it('a script rewritten while the question waits asks again', async () => {
    const bench = createGatewayQuestions();
    const { path, dir, rewrite, ran } = script();
    const argv = ['/bin/sh', path] as const;
    const command = argv.join(' ');
    const asked = await bench.ask({ command, commandArgv: argv, cwd: dir, nodeId: ourNode });
    rewrite();
    bench.answer(asked.question, 'allow-once');
    await asked.decided;
    await expectAsked(bench, { argv, cwd: dir });
    expect(ran()).toBe(false);
  });

  it('a folder that became another one, or a link to one, asks again', async () => {
    const bench = createGatewayQuestions();
    const parent = tempDir();
    const [here, there] = [join(parent, 'here'), join(parent, 'there')];
    for (const folder of [here, there]) mkdirSync(folder);
    await bench.allow({ command: 'ls', commandArgv: ['ls'], cwd: here, nodeId: ourNode });
    renameSync(here, join(parent, 'away'));
    symlinkSync(there, here);
    await expectAsked(bench, { argv: ['ls'], cwd: here });
  });

  it('a program that a bare name finds first from then on asks again', async () => {
    const bench = createGatewayQuestions();
    const dir = tempDir();
    const link = join(dir, 'tool');
    symlinkSync('/bin/true', link);
    await bench.allow({ command: link, commandArgv: [link], nodeId: ourNode });
    unlinkSync(link);
    symlinkSync('/bin/echo', link);
    await expectAsked(bench, { argv: [link] });
  });

  it.each<[string, object, Parameters<Bench['run']>[0]]>([
    ['a program that was not there', { command: '/no/such' }, { argv: ['/no/such'] }],
    [
      'a folder that was not there',
      { command: 'ls', cwd: '/no/such' },
      { argv: ['ls'], cwd: '/no/such' },
    ],
    ['a folder nobody knows', { command: 'ls', cwd: 'here' }, { argv: ['ls'], cwd: 'here' }],
  ])('nothing is granted for %s', async (_what, claim, request) => {
    const { allow, run } = createGatewayQuestions();
    await allow({ ...claim, nodeId: ourNode });
    const result = await run(request);
    expect(result.ok && result.payload.success).toBe(false);
  });
});

describe('S12: a grant of our Gateway counts once, for what was asked', () => {
  const argv = ['/bin/echo', 'hi'] as const;
  const claim = { command: '/bin/echo hi', commandArgv: argv, cwd: '/tmp', nodeId: ourNode };

  it('a second request id gives a second run, and none a third', async () => {
    const bench = createGatewayQuestions();
    await bench.allow({ ...claim, id: 'a' });
    await bench.allow({ ...claim, id: 'b' });
    for (const ok of [true, true, false]) {
      expect(await bench.run({ argv, cwd: '/tmp' })).toMatchObject({ ok });
    }
  });

  it.each<[string, object, Parameters<Bench['run']>[0]]>([
    ['overrides in the run', {}, { argv, cwd: '/tmp', env: { A: '1' } }],
    ['overrides in the question', { env: { A: '1' } }, { argv, cwd: '/tmp' }],
    ['another node in the question', { nodeId: 'elsewhere' }, { argv, cwd: '/tmp' }],
    ['a node that is nearly ours', { nodeId: `${ourNode} ` }, { argv, cwd: '/tmp' }],
    ['a blank node', { nodeId: '' }, { argv, cwd: '/tmp' }],
    ['the folder in other words', { cwd: '/tmp/././.' }, { argv, cwd: '/tmp' }],
    ['no folder in the run', {}, { argv }],
    ['another program of that name', {}, { argv: ['echo', 'hi'], cwd: '/tmp' }],
    ['a blank behind an argument', {}, { argv: ['/bin/echo', 'hi '], cwd: '/tmp' }],
    ['another agent', { agentId: 'coder' }, { argv, cwd: '/tmp' }],
    ['another session', { sessionKey: 's1' }, { argv, cwd: '/tmp', sessionKey: 's2' }],
  ])('is worth nothing with %s', async (_what, change, request) => {
    const bench = createGatewayQuestions();
    await bench.allow({ ...claim, ...change });
    await expectAsked(bench, request);
  });

  it('the folder in other words is still the folder that is shown', async () => {
    const { allow, run } = createGatewayQuestions();
    const cwd = `/tmp${'/.'.repeat(1_000)}`;
    const { question } = await allow({ ...claim, cwd });
    expect(question.subject.cwd).toBe('/tmp');
    expect(await run({ argv, cwd })).toMatchObject({ ok: true });
  });

  it('S16: a companion that refuses everything grants nothing and names no program', async () => {
    for (const close of ['deny', 'broken'] as const) {
      const { ask, exec } = createGatewayQuestions();
      if (close === 'deny') exec.store.edit({ security: 'deny' });
      else exec.store.break('unreadable');
      const { question } = await ask(claim);
      expect(question.subject.executable).toBeNull();
      expect(question.offered).toEqual(['allow-once', 'deny']);
    }
  });
});

describe('AP-02: a question of our Gateway about our own node says what will run', () => {
  it('the program that was found, the folder it is in, and the policy that holds', async () => {
    const { ask } = createGatewayQuestions();
    const claim = { command: 'ls -la', commandArgv: ['ls', '-la'], cwd: '/tmp/.', nodeId: ourNode };
    const claims = { security: 'full', ask: 'off', resolvedPath: '/opt/ls' };
    const { question } = await ask({ ...claim, ...claims });
    expect(question.subject).toMatchObject({
      executable: expect.stringMatching(/^\/(usr\/)?bin\/\S+$/),
      cwd: '/tmp',
      security: 'allowlist',
      ask: 'on-miss',
      mayRunHere: true,
    });
  });

  it('without a node it may run here; with another one it does not', async () => {
    const { ask } = createGatewayQuestions();
    const subjectOf = async (claim: object) =>
      (await ask({ command: 'ls', ...claim })).question.subject;
    expect(await subjectOf({})).toMatchObject({ mayRunHere: true, executable: null });
    expect(await subjectOf({ nodeId: 'elsewhere' })).not.toHaveProperty('mayRunHere');
  });
});
