import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isPersonHere } from '#core/approvals/presence.ts';
import { execVectors } from '#support/exec-vectors.ts';

const input = z.object({
  mode: z.enum(['local', 'remote']),
  activeSession: z.string().nullable(),
  requestSession: z.string().nullable(),
  lastInputSeconds: z.number().nullable(),
  thresholdSeconds: z.literal(120),
});

describe('exec-ipc vectors, group prompter', () => {
  it.each(execVectors('prompter', input, z.boolean()))('$id', ({ input: facts, expected }) => {
    const { mode, activeSession, lastInputSeconds, requestSession } = facts;
    const here = { gateway: mode, activeSession, idleSeconds: lastInputSeconds };
    expect(isPersonHere(here, requestSession)).toBe(expected);
  });
});
