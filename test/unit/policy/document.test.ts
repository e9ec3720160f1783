import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  keepSocket,
  parseDocument,
  redactedSnapshot,
  renderDocument,
} from '#core/policy/document.ts';
import { createFakeIds } from '#support/fakes.ts';
import { approvalsDocument } from '#support/policy-fixtures.ts';

const parse = (text: string) => parseDocument(text, createFakeIds());
const problemOf = (text: string) => {
  const parsed = parse(text);
  return parsed.ok ? null : parsed.problem;
};

describe('parseDocument', () => {
  it.each([
    ['', 'is not valid JSON'],
    ['{"version":1', 'is not valid JSON'],
    ['[]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['{}', 'has no version number; this program reads version 1'],
    ['{"version":2}', 'has version 2; this program reads version 1'],
    ['{"version":"1"}', 'has no version number; this program reads version 1'],
  ])('S16: refuses %j', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it.each([
    ['{"version":1,"defaults":{"security":"yolo"}}', 'defaults.security'],
    ['{"version":1,"agents":{"main":{"ask":"sometimes"}}}', 'agents.main.ask'],
    ['{"version":1,"agents":[]}', 'agents'],
    ['{"version":1,"agents":{"main":{"allowlist":{}}}}', 'agents.main.allowlist'],
    [
      '{"version":1,"agents":{"main":{"allowlist":[{"pattern":"/bin/a","expiresAt":"soon"}]}}}',
      'agents.main.allowlist.0.expiresAt',
    ],
    ['{"version":1,"socket":"x"}', 'socket'],
    ['{"version":1,"agents":{"main":{"allowlist":{}},"default":{}}}', 'allowlist'],
  ])('S16: names the place in %j', (text, place) => {
    expect(problemOf(text)).toContain(place);
  });

  it('S30: quotes nothing of the content in a problem', () => {
    const secret = 'Zq7-secret';
    for (const text of [
      `{"version":1,"socket":{"token":"${secret}" oops}}`,
      `{"version":1,"socket":{"token":["${secret}"]}}`,
      `{"version":1,"defaults":{"security":"${secret}"}}`,
    ]) {
      expect(problemOf(text)).not.toContain(secret);
    }
  });

  it('keeps unknown keys and the order of keys', () => {
    const text = renderDocument({
      zeta: [1, { deep: true }],
      agents: { ops: { mcpTools: [{ server: 's' }], ask: 'always' } },
      socket: { token: 't', path: '/s', extra: 1 },
      version: 1,
      defaults: {},
    });
    const parsed = parse(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(renderDocument(parsed.document)).toBe(text);
    expect(parsed.changed).toBe(false);
  });

  it('gives missing ids a UUID, floors fractional times and says that it changed something', () => {
    const parsed = parse(
      '{"version":1,"agents":{"main":{"allowlist":[{"pattern":"/bin/a","lastUsedAt":5.75}]}}}',
    );
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(parsed.changed).toBe(true);
    expect(parsed.document.agents?.main?.allowlist).toEqual([
      { pattern: '/bin/a', lastUsedAt: 5, id: '00000000-0000-4000-8000-000000000001' },
    ]);
  });

  it('drops the command text of a rule, which may hold secrets', () => {
    const parsed = parse(
      '{"version":1,"agents":{"main":{"allowlist":[{"id":"i","pattern":"/bin/a","commandText":"x"}]}}}',
    );
    expect(JSON.stringify(parsed)).not.toContain('commandText');
  });

  it('refuses nesting that could not be written back', () => {
    const depth = 200_000;
    const text = `{"version":1,"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(problemOf(text)).toBe('is nested too deeply');
  });

  it('never throws, whatever the text', () => {
    const json = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({
          version: fc.constant(1),
          socket: fc.anything(),
          defaults: fc.anything(),
          agents: fc.oneof(
            fc.anything(),
            fc.dictionary(
              fc.constantFrom('*', 'main', 'default', '__proto__'),
              fc.record({ allowlist: fc.oneof(fc.anything(), fc.array(fc.anything())) }),
            ),
          ),
        })
        .map((value) =>
          JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? 0 : part)),
        ),
    );
    fc.assert(
      fc.property(json, (text) => {
        const parsed = parse(text);
        if (!parsed.ok) {
          expect(parsed.problem).not.toBe('');
          return;
        }
        // What is usable stays usable, and is normal already.
        expect(parse(renderDocument(parsed.document))).toEqual({
          ok: true,
          document: parsed.document,
          changed: false,
        });
      }),
      { numRuns: 400 },
    );
  });
});

describe('redactedSnapshot', () => {
  const snapshot = (document: ReturnType<typeof approvalsDocument>) => ({
    path: '/p',
    exists: true,
    hash: 'h',
    document,
    problem: null,
  });

  it('shows the socket path and never the token', () => {
    const file = redactedSnapshot(
      snapshot(approvalsDocument({ socket: { path: '/s', token: 't', more: 1 }, agents: {} })),
    );
    expect(file).toEqual({
      path: '/p',
      exists: true,
      hash: 'h',
      file: { version: 1, socket: { path: '/s' }, agents: {} },
    });
  });

  it('leaves the socket out when it has no path', () => {
    const { file } = redactedSnapshot(snapshot(approvalsDocument({ socket: { token: 't' } })));
    expect(file).toEqual({ version: 1 });
  });

  it('shows a closed-schema peer only the keys it knows', () => {
    const document = approvalsDocument({
      socket: { path: '/s', token: 't' },
      extra: 1,
      agents: {
        main: {
          ask: 'always',
          mcpTools: [],
          allowlist: [
            { id: 'i', pattern: '/bin/a', argPattern: 'x', cwd: '/w', expiresAt: 1, lastUsedAt: 2 },
          ],
        },
      },
    });
    expect(redactedSnapshot(snapshot(document), { closedSchema: true }).file).toEqual({
      version: 1,
      socket: { path: '/s' },
      agents: {
        main: { ask: 'always', allowlist: [{ id: 'i', pattern: '/bin/a', lastUsedAt: 2 }] },
      },
    });
  });
});

describe('keepSocket', () => {
  const current = approvalsDocument({ socket: { path: '/old', token: 'old' } });

  it.each([
    [undefined, { path: '/old', token: 'old' }],
    [
      { path: '  ', token: '' },
      { path: '/old', token: 'old' },
    ],
    [{ path: '/new' }, { path: '/new', token: 'old' }],
    [{ token: 'new' }, { path: '/old', token: 'new' }],
  ])('of %j makes %j', (socket, kept) => {
    const incoming = approvalsDocument(socket === undefined ? {} : { socket });
    expect(keepSocket(incoming, current).socket).toEqual(kept);
  });
});
