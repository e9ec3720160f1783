import { describe, expect, it } from 'vitest';
import { headerBytes, isCompiled } from '#host/exec/compiled-program.ts';

const start = (...bytes: readonly number[]) => Buffer.concat([Buffer.from(bytes)], headerBytes);
const elf = [0x7f, 0x45, 0x4c, 0x46];

describe('isCompiled (S11)', () => {
  it.each([
    ['ELF, 64 bits', 'linux', start(...elf, 2, 1, 1)],
    ['ELF, 32 bits, the other byte order', 'linux', start(...elf, 1, 2, 1)],
    ['Mach-O', 'darwin', start(0xcf, 0xfa, 0xed, 0xfe)],
    ['Mach-O of two architectures', 'darwin', start(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2)],
  ])('takes %s for compiled', (_, platform, bytes) => {
    expect(isCompiled(bytes, platform)).toBe(true);
  });

  it.each([
    ['an empty file', 'linux', start()],
    ['a script', 'linux', Buffer.from('#!/bin/s')],
    ['a text that begins like ELF', 'linux', Buffer.from('\u007fELF\nid\n')],
    ['ELF of no byte order', 'linux', start(...elf, 2, 9, 1)],
    ['Mach-O', 'linux', start(0xcf, 0xfa, 0xed, 0xfe)],
    ['ELF', 'darwin', start(...elf, 2, 1, 1)],
    ['a class of Java', 'darwin', start(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 0x34)],
  ])('takes %s on %s for text', (_, platform, bytes) => {
    expect(isCompiled(bytes, platform)).toBe(false);
  });
});
