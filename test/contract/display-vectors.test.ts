import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { displayText } from '#core/display.ts';
import { offeredDecisions } from '#host/sockets/offered-decisions.ts';
import { execVectors } from '#support/exec-vectors.ts';

describe('exec-ipc vectors: display (exec-ipc §5.10)', () => {
  it.each(execVectors('display', z.string(), z.string()))('$id', ({ input, expected }) => {
    expect(displayText(input)).toEqual({ text: expected, escaped: true });
  });
});

describe('exec-ipc vectors: prompt-buttons (exec-ipc §7.3)', () => {
  const input = z.object({ ask: z.string(), allowedDecisions: z.array(z.unknown()).optional() });
  const vectors = execVectors('prompt-buttons', input, z.array(z.string()));
  const offered = ({ ask, allowedDecisions }: z.infer<typeof input>) =>
    offeredDecisions({
      type: 'request',
      token: 't',
      id: '1',
      request: { command: 'ls', ask, allowedDecisions: allowedDecisions ?? null },
    });

  it.each(vectors.filter((vector) => vector.id !== 'buttons-feb'))('$id', (vector) => {
    expect(offered(vector.input)).toEqual(vector.expected);
  });

  it('buttons-feb is older: we offer what §7.3 says, without "always" under ask=always', () => {
    const feb = vectors.find((vector) => vector.id === 'buttons-feb');
    expect(feb?.expected).toContain('allow-always');
    expect(offered({ ask: 'always' })).toEqual(['allow-once', 'deny']);
  });
});
