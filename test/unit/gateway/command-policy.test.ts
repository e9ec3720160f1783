import { describe, expect, test } from 'vitest';
import { allowedCommands, checkCommand, nodePlatform } from '#core/gateway/command-policy.ts';

const none = { allow: [], deny: [] };

describe('platform of a node', () => {
  test.each([
    ['macOS 15.3.0', undefined, 'macos'],
    ['Darwin', undefined, 'macos'],
    ['win32', undefined, 'windows'],
    ['Linux 6.1', undefined, 'linux'],
    ['iOS 18', undefined, 'ios'],
    ['Android 15', undefined, 'android'],
    ['plan9', 'iPhone', 'ios'],
    ['plan9', 'Mac', 'macos'],
    ['plan9', undefined, 'unknown'],
    ['', '', 'unknown'],
  ])('%j with family %j is %s', (platform, deviceFamily, expected) => {
    expect(nodePlatform({ platform, deviceFamily })).toBe(expected);
  });
});

describe('allowed commands', () => {
  test('system.run.prepare follows system.run, also when it is denied', () => {
    const linux = { platform: 'linux' };
    expect(allowedCommands(linux, none).has('system.run.prepare')).toBe(true);
    expect(allowedCommands({ platform: 'ios' }, none).has('system.run.prepare')).toBe(false);
    const denied = allowedCommands(linux, { allow: [], deny: ['system.run'] });
    expect(denied.has('system.run')).toBe(false);
    expect(denied.has('system.run.prepare')).toBe(false);
    const allowed = allowedCommands({ platform: 'ios' }, { allow: ['system.run'], deny: [] });
    expect(allowed.has('system.run.prepare')).toBe(true);
  });

  test('deny wins over allow, and blanks around names do not matter', () => {
    const lists = { allow: [' my.custom ', ''], deny: [' my.custom'] };
    expect(allowedCommands({ platform: 'linux' }, lists).has('my.custom')).toBe(false);
    expect(allowedCommands({ platform: 'linux' }, lists).has('')).toBe(false);
  });
});

describe('reasons', () => {
  const allowed = new Set(['system.run', 'system.which']);
  test.each([
    ['canvas.hide', ['canvas.hide'], 'command not allowlisted'],
    ['system.run', [], 'node did not declare commands'],
    ['system.run', ['system.which'], 'command not declared by node'],
    ['system.run', ['system.run'], null],
  ])('%s of a node that declares %j', (command, declared, reason) => {
    expect(checkCommand(command, declared, allowed)).toBe(reason);
  });
});
