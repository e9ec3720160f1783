import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalLines } from '#core/approvals/subject-text.ts';
import { acceptedCommandTexts, canonicalCommandText } from '#core/exec/command-text.ts';
import { canaryCommand } from '#support/exec-host.ts';
import { createGatewayQuestions, ourNode } from '#support/gateway-questions.ts';

const evil = '/usr/bin/touch /tmp/never';

describe('S4: a question of our Gateway shows the argv that its answer lets run', () => {
  it.each<[string, string, readonly string[]]>([
    ['another command', 'ls -la', ['/bin/sh', '-c', evil]],
    ['a part of it', 'echo ok', ['/bin/sh', '-c', 'echo ok', 'sh', evil]],
    [
      'its script without the prelude',
      'echo ok',
      ['/usr/bin/env', 'PATH=/tmp', 'sh', '-c', 'echo ok'],
    ],
    ['other borders, unlike any peer', '/bin/echo "a b"', ['/bin/echo', 'a', 'b']],
    ['letters that look alike', 'сurl x', ['curl', 'x']],
    ['what cannot be seen', 'ls\u200B -la', ['ls', '-la']],
    ['another case', 'LS -la', ['ls', '-la']],
    ['one blank fewer', 'ls -la', ['ls', '-la ', '']],
    ['what stands behind a line break', 'ls -la\nrm x', ['ls', '-la']],
    ['nothing of it', ' ', ['ls']],
  ])('is refused when the text names %s', async (_what, command, commandArgv) => {
    const { ask, desk } = createGatewayQuestions();
    for (const nodeId of [ourNode, 'elsewhere', undefined]) {
      await expect(ask({ command, commandArgv, nodeId, cwd: '/tmp' })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: 'command does not say what commandArgv runs',
      });
    }
    expect(desk.list()).toEqual([]);
  });

  // What OpenClaw's programs of both eras put beside `commandArgv`.
  it.each<[string, string, readonly string[]]>([
    ['the script (agent)', 'echo hi', ['/bin/sh', '-lc', 'echo hi']],
    ['the script with blanks around it', ' echo hi ', ['/bin/sh', '-c', ' echo hi ']],
    ['the script of the other shell (Windows node)', 'dir', ['cmd.exe', '/d', '/s', '/c', 'dir']],
    ['all arguments, joined as they are (nodes run)', 'echo a b', ['echo', 'a b']],
    ['the text of the plan (2026.9)', '/bin/sh -lc "echo hi"', ['/bin/sh', '-lc', 'echo hi']],
    ['its own quoting (2026.9)', "echo it's", ['echo', "it's"]],
    ['our plan', canonicalCommandText(['echo', "it's"]), ['echo', "it's"]],
  ])('shows the argv when a real peer names %s', async (_what, command, commandArgv) => {
    const { ask } = createGatewayQuestions();
    for (const nodeId of [ourNode, 'elsewhere', undefined]) {
      const { question } = await ask({ command, commandArgv, nodeId });
      expect(question.subject).toMatchObject({
        commandText: canonicalCommandText(commandArgv),
        argv: commandArgv,
      });
    }
  });

  it('one that is longer than anybody reads is refused as well, quoted or not', async () => {
    const { ask } = createGatewayQuestions();
    const script = '"'.repeat(40_000);
    const request = { command: script, commandArgv: ['/bin/sh', '-c', script] };
    await expect(ask(request)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('no argument at all is none, as for the peers: the text is all there is', async () => {
    const { ask } = createGatewayQuestions();
    const { question } = await ask({ command: 'ls -la', commandArgv: [] });
    expect(question.subject).toMatchObject({ commandText: 'ls -la', argv: null });
  });

  it('whatever a client sends, what is shown is canonical and what runs is shown', async () => {
    const word = fc.constantFrom('ls', '-la', 'a b', '"', '\\', '\n', '', 'с', 'sh', '-c', ' ');
    const argvs = fc.array(word, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(argvs, fc.oneof(argvs, fc.constant(null)), async (commandArgv, other) => {
        const { ask } = createGatewayQuestions();
        const named = other ?? commandArgv;
        const command = acceptedCommandTexts(named)[0] ?? '';
        if (command === '') return;
        const asked = await ask({ command, commandArgv, nodeId: ourNode }).catch(() => null);
        if (other === null && command.trim() !== '') expect(asked).not.toBeNull();
        if (asked === null) return;
        const { subject, kind } = asked.question;
        expect(subject.commandText).toBe(canonicalCommandText(commandArgv));
        expect(approvalLines({ ...subject, kind }).some(({ id }) => id === 'command')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('and nothing but that argv runs by the answer', async () => {
    const { allow, run, exec } = createGatewayQuestions();
    const { argv, ran } = canaryCommand();
    const shown = { command: 'ls -la', commandArgv: ['ls', '-la'], cwd: '/tmp', nodeId: ourNode };
    await allow(shown);
    expect(await run({ argv, cwd: '/tmp' })).toMatchObject({ ok: false });
    expect(await run({ argv, cwd: '/tmp', rawCommand: 'ls -la' })).toMatchObject({
      error: { message: 'INVALID_REQUEST: rawCommand does not match command' },
    });
    expect(ran()).toBe(false);
    expect(exec.desk.asked).toHaveLength(1);
    expect(await run({ argv: ['ls', '-la'], cwd: '/tmp' })).toMatchObject({ ok: true });
  });
});
