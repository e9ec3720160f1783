import { describe, expect, test } from 'vitest';
import { allowedCommands, checkCommand } from '#core/gateway/command-policy.ts';
import { connectParamsSchema } from '#protocol/gateway-connect.ts';
import {
  nodeDescribeResultSchema,
  nodeInvokeParamsSchema,
  nodeInvokeResponseSchema,
} from '#protocol/gateway-nodes.ts';
import { readTranscript } from './transcripts.ts';

/** A node's connect, what the real Gateway made of it, and how it answered invokes. */
function recorded(name: string) {
  const frames = readTranscript(name).map(({ frame }) => frame);
  const connects = frames
    .map(({ params }) => connectParamsSchema.safeParse(params))
    .flatMap((parsed) => (parsed.success && parsed.data.role === 'node' ? [parsed.data] : []));
  const described = frames
    .map(({ payload }) => nodeDescribeResultSchema.safeParse(payload))
    .flatMap((parsed) => (parsed.success ? [parsed.data] : []));
  const [connect] = connects;
  const [node] = described;
  if (!connect || !node) throw new Error(`${name} holds no node`);
  return { frames, client: connect.client, declared: connect.commands ?? [], shown: node.commands };
}

const none = { allow: [], deny: [] };

describe('command policy against the real Gateway', () => {
  test.each([
    ['android', 17 - 3],
    ['darwin', 19],
    ['ios', 13],
    ['linux', 6],
    ['unknown', 20],
    ['windows', 6],
  ])('a node of platform %s keeps %i of its declared commands', (platform, count) => {
    const { client, declared, shown } = recorded(`node-cmdfilter-${platform}`);
    const allowed = allowedCommands(client, none);
    expect(declared.filter((command) => allowed.has(command)).sort()).toEqual(shown);
    expect(shown).toHaveLength(count);
  });

  test('allowCommands adds, denyCommands removes, and the reasons are the recorded ones', () => {
    const { frames, client, declared, shown } = recorded('nodes-allow-deny-config');
    const allowed = allowedCommands(client, { allow: ['my.custom'], deny: ['system.which'] });
    expect(declared.filter((command) => allowed.has(command)).sort()).toEqual(shown);

    const answers = frames.flatMap((frame) => {
      const asked = nodeInvokeParamsSchema.safeParse(frame.params);
      if (!asked.success) return [];
      const answer = frames.find((other) => other.type === 'res' && other.id === frame.id);
      const ok = nodeInvokeResponseSchema.safeParse(answer?.payload).success;
      const error = answer?.error as { details?: { reason?: string } } | undefined;
      return [{ command: asked.data.command, reason: ok ? null : error?.details?.reason }];
    });
    expect(answers).toEqual([
      { command: 'my.custom', reason: null },
      { command: 'system.which', reason: 'command not allowlisted' },
    ]);
    for (const { command, reason } of answers) {
      expect(checkCommand(command, declared, allowed)).toBe(reason);
    }
  });
});
