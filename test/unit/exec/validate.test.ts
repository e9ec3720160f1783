import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxArguments, maxCommandTextChars, validateRequest } from '#core/exec/validate.ts';
import { execRequest } from '#support/exec-host.ts';

const messageOf = (request: Parameters<typeof execRequest>[0]) =>
  validateRequest(execRequest(request))?.message ?? null;

describe('validateRequest', () => {
  it('takes an ordinary command', () => {
    expect(messageOf({ argv: ['/bin/ls', '-la', '  padded  '], cwd: '/tmp' })).toBeNull();
  });

  it.each([
    ['a blank program', { argv: [' \t\n', 'operand'] }, 'command required'],
    ['an empty program', { argv: [''] }, 'command required'],
    ['a padded program', { argv: [' /bin/ls '] }, 'executable has surrounding whitespace'],
    [
      'a NUL byte in an argument',
      { argv: ['/bin/ls', 'a\0b'] },
      'INVALID_REQUEST: command or cwd contains a NUL byte',
    ],
    [
      'a NUL byte in the folder',
      { argv: ['/bin/ls'], cwd: '/tmp\0/x' },
      'INVALID_REQUEST: command or cwd contains a NUL byte',
    ],
    [
      'half a surrogate pair, which would run as another character',
      { argv: ['/bin/ls', '\uD800'] },
      'INVALID_REQUEST: command or cwd is not well-formed Unicode',
    ],
    [
      'an agent that calls itself everybody (S25)',
      { argv: ['/bin/ls'], agentId: ' * ' },
      'INVALID_REQUEST: agentId is reserved',
    ],
    [
      'a session of another agent (S25)',
      { argv: ['/bin/ls'], agentId: 'main', sessionKey: ' agent:other:main' },
      'INVALID_REQUEST: agentId and sessionKey name different agents',
    ],
    [
      'an endless agent (S26)',
      { argv: ['/bin/ls'], agentId: 'a'.repeat(513) },
      'INVALID_REQUEST: agentId or sessionKey is too long',
    ],
    [
      'an endless session (S26)',
      { argv: ['/bin/ls'], sessionKey: 'a'.repeat(513) },
      'INVALID_REQUEST: agentId or sessionKey is too long',
    ],
  ] as const)('refuses %s', (_, request, message) => {
    expect(messageOf({ ...request, argv: [...request.argv] })).toBe(message);
    expect(validateRequest(execRequest({ ...request, argv: [...request.argv] }))).toMatchObject({
      code: 'INVALID_REQUEST',
      reason: 'invalid',
    });
  });

  it.each([
    ['main', 'agent:main:main'],
    [' Main', 'agent:mAIN:subagent:1'],
    ['main', 'main'],
    ['main', 'agent:'],
    ['main', null],
    [null, 'agent:other:main'],
  ])('takes agent %j with session %j for one and the same (S25)', (agentId, sessionKey) => {
    expect(messageOf({ argv: ['/bin/ls'], agentId, sessionKey })).toBeNull();
  });

  it('denies a command text over the limit and never cuts it (S5)', () => {
    const fits = 'x'.repeat(maxCommandTextChars - 'ls '.length);
    expect(messageOf({ argv: ['ls', fits] })).toBeNull();
    expect(validateRequest(execRequest({ argv: ['ls', `${fits}x`] }))).toEqual({
      code: 'UNAVAILABLE',
      message: 'SYSTEM_RUN_DENIED: the command has more than 65536 characters',
      reason: 'command-too-long',
    });
  });

  it('has no folder for a path that no system takes (S26)', () => {
    expect(messageOf({ argv: ['ls'], cwd: `/${'a'.repeat(4_095)}` })).toBeNull();
    expect(messageOf({ argv: ['ls'], cwd: `/${'a'.repeat(4_096)}` })).toMatch(/^Working directory/);
  });

  it('counts the text as shown, escapes included (S5)', () => {
    expect(messageOf({ argv: ['ls', '\u200B'.repeat(maxCommandTextChars / 4)] })).toContain(
      '65536 characters',
    );
  });

  it('denies more arguments than a person can review', () => {
    const many = Array.from({ length: maxArguments - 1 }, () => 'a');
    expect(messageOf({ argv: ['ls', ...many] })).toBeNull();
    expect(messageOf({ argv: ['ls', ...many, 'a'] })).toContain('4096 arguments');
  });

  it('ignores a blank rawCommand and trims the rest before it compares', () => {
    expect(messageOf({ argv: ['uname', '-a'], rawCommand: ' \n' })).toBeNull();
    expect(messageOf({ argv: ['uname', '-a'], rawCommand: ' uname -a\n' })).toBeNull();
    expect(messageOf({ argv: ['sh', '-lc', ' echo hi '], rawCommand: 'echo hi' })).toBeNull();
  });

  it('never throws, whatever the caller sends', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        fc.tuple(text, fc.array(text)),
        fc.option(text),
        fc.option(text),
        fc.option(text),
        ([first, rest], rawCommand, cwd, agentId) => {
          const request = execRequest({ argv: [first, ...rest], rawCommand, cwd, agentId });
          const failure = validateRequest(request);
          expect(failure === null || failure.message.length > 0).toBe(true);
        },
      ),
    );
  });
});
