import { describe, expect, it } from 'vitest';
import { canaryCommand } from '#support/exec-host.ts';
import { createGatewayQuestions, ourNode } from '#support/gateway-questions.ts';

/** "Always" in a question of our Gateway, asked before its run (AP-12). */

const everyone = { scopes: ['exact-here'], lasts: 'until-removed', everyAgent: false } as const;

describe('AP-12: always, allowed at our Gateway, stores the rule that was shown and no other', () => {
  it('for our own node the question shows our rule, and the run stores that one', async () => {
    const { allow, run, exec } = createGatewayQuestions();
    const { argv } = canaryCommand();
    const claim = { command: argv.join(' '), commandArgv: argv, cwd: '/tmp', nodeId: ourNode };
    const { question } = await allow(claim, 'allow-always', everyone);
    const [sentence] = question.subject.always;
    expect(sentence).toContain(argv[0]);
    expect(question.subject.offers?.[0]?.choices[0]).toEqual({ scope: 'exact-here', sentence });
    expect(exec.store.rules).toEqual([]);
    expect(await run({ argv, cwd: '/tmp' })).toMatchObject({ ok: true });
    expect(exec.store.rules).toMatchObject([{ pattern: expect.any(String), cwd: '/tmp' }]);
    expect(await run({ argv, cwd: '/tmp' })).toMatchObject({ ok: true });
    expect(exec.rows).toMatchObject([{ decidedBy: 'grant' }, { decidedBy: 'rule' }]);
  });

  it('allowed once, it stores nothing, though a rule was offered', async () => {
    const { allow, run, exec } = createGatewayQuestions();
    const { argv, ran } = canaryCommand();
    const claim = { command: argv.join(' '), commandArgv: argv, nodeId: ourNode };
    const { question } = await allow(claim, 'allow-once');
    expect(question.offered).toContain('allow-always');
    expect(await run({ argv })).toMatchObject({ ok: true });
    expect(ran()).toBe(true);
    expect(exec.store.rules).toEqual([]);
  });

  it('it is what a person chose: for a while, and for every agent', async () => {
    const { allow, run, exec } = createGatewayQuestions();
    const { argv } = canaryCommand();
    const claim = { command: argv.join(' '), commandArgv: argv, nodeId: ourNode, agentId: 'coder' };
    const chosen = { scopes: ['exact-here'], lasts: '15-minutes', everyAgent: true } as const;
    await allow(claim, 'allow-always', chosen);
    await run({ argv, agentId: 'coder' });
    expect(exec.store.rules).toMatchObject([{ owner: '*', expiresAt: expect.any(Number) }]);
  });

  it.each<[string, object]>([
    ['a shell', { command: 'true >x$0', commandArgv: ['/bin/sh', '-c', 'true >x$0'] }],
    ['a text, of which nobody knows how it is sent', { command: '/bin/true x' }],
    [
      'overrides, which no approval holds for',
      { command: '/bin/true', commandArgv: ['/bin/true'], env: { A: '1' } },
    ],
    ['a program that is not there', { command: '/no/such', commandArgv: ['/no/such'] }],
  ])('for our own node it is not offered for %s', async (_what, claim) => {
    const { allow, exec } = createGatewayQuestions();
    const { question, result } = await allow({ ...claim, nodeId: ourNode }, 'allow-always');
    expect(question.offered).toEqual(['allow-once', 'deny']);
    expect(question.subject.always).toEqual([]);
    expect(result).toBe('not-offered');
    expect(exec.store.rules).toEqual([]);
  });

  it('nor where the policy always asks, or a rule allows it already', async () => {
    const { ask, exec } = createGatewayQuestions();
    const claim = { command: '/bin/true', commandArgv: ['/bin/true'], nodeId: ourNode };
    exec.store.edit({ ask: 'always' });
    expect((await ask(claim)).question).toMatchObject({ offered: ['allow-once', 'deny'] });
    exec.store.edit({ ask: 'on-miss', security: 'full' });
    expect((await ask(claim)).question).toMatchObject({ offered: ['allow-once', 'deny'] });
  });

  it('an asker that rules it out is heard', async () => {
    const { ask } = createGatewayQuestions();
    const claim = { command: '/bin/true', commandArgv: ['/bin/true'], nodeId: ourNode };
    const { question } = await ask({ ...claim, unavailableDecisions: ['allow-always'] });
    expect(question.offered).toEqual(['allow-once', 'deny']);
  });

  // exec-ipc §6.1: recorded callers name no node; a rule, if any, is kept where the command runs.
  it('where no node or another one is named it may be answered, and stores nothing of ours', async () => {
    for (const claim of [{}, { nodeId: 'elsewhere' }]) {
      const { allow, run, exec } = createGatewayQuestions();
      const { argv, ran } = canaryCommand();
      const command = argv.join(' ');
      const { question, result } = await allow({ command, ...claim }, 'allow-always');
      expect(question.subject.always).toEqual([]);
      expect(result).toBe('accepted');
      await run({ argv });
      expect(ran()).toBe(!('nodeId' in claim));
      expect(exec.store.rules).toEqual([]);
    }
  });

  it('a policy that changed meanwhile: what would not be used is not stored', async () => {
    const { allow, run, exec } = createGatewayQuestions();
    const { argv, ran } = canaryCommand();
    const claim = { command: argv.join(' '), commandArgv: argv, nodeId: ourNode };
    await allow(claim, 'allow-always', everyone);
    exec.store.edit({ ask: 'always' });
    expect(await run({ argv })).toMatchObject({ ok: true });
    expect(ran()).toBe(true);
    expect(exec.store.rules).toEqual([]);
  });
});
