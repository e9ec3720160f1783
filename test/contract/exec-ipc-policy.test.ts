import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '#core/policy/document.ts';
import { createPolicyEngine } from '#core/policy/engine.ts';
import {
  createPolicyResolver,
  denyAllScalars,
  type PolicyScalars,
  resolveDefaults,
  resolveScalars,
} from '#core/policy/resolve.ts';
import { stricterSecurity } from '#core/policy/strictness.ts';
import type { ResolvedPolicy } from '#core/policy/types.ts';
import type { ApprovalsDocument, Security } from '#protocol/approvals-document.ts';
import { createFakeIds, fakeHasher } from '#support/fakes.ts';
import { frozenPlan, policyRule, resolvedPolicy } from '#support/policy-fixtures.ts';

interface Vector {
  readonly id: string;
  readonly group: string;
  readonly input: unknown;
  readonly expected: unknown;
}

const file = new URL('../vectors/exec-ipc.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] };
const group = (name: string) => vectors.filter((vector) => vector.group === name);
const vector = (id: string) => {
  const found = vectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** FEB's own defaults (exec-ipc §4.2), which the recorded answers start from. */
const febScalars: PolicyScalars = {
  security: 'deny',
  ask: 'on-miss',
  askFallback: 'deny',
  autoAllowSkills: false,
};

const parsed = (value: unknown): ApprovalsDocument => {
  const result = parseDocument(JSON.stringify(value), createFakeIds());
  if (!result.ok) throw new Error(result.problem);
  return result.document;
};

describe('exec-ipc vectors, group file-normalize', () => {
  it.each(group('file-normalize'))('$id', ({ input, expected }) => {
    const document = JSON.parse(JSON.stringify(parsed(input)), (key, value) =>
      key === 'id' && uuid.test(String(value)) ? '<uuid>' : value,
    );
    expect(document).toEqual(expected);
  });
});

describe('exec-ipc vectors, group file-resolve', () => {
  const differing = 'resolve-bad-enum';

  it.each(group('file-resolve').filter(({ id }) => id !== differing))(
    '$id',
    ({ input, expected }) => {
      const { file: raw, agentId } = input as { file: unknown; agentId: string };
      const document = parsed(raw);
      const { rules } = createPolicyResolver(document, febScalars)(agentId);
      expect({
        defaults: resolveDefaults(document, febScalars),
        agent: resolveScalars(document, agentId, febScalars),
        allowlist: rules.map((rule) => rule.pattern),
      }).toEqual(expected);
    },
  );

  it('D5: resolve-bad-enum differs: a value outside the schema makes the document unusable', () => {
    const { input } = vector(differing);
    const { file: raw } = input as { file: unknown };
    const result = parseDocument(JSON.stringify(raw), createFakeIds());
    expect(result).toMatchObject({ ok: false });
    // What then holds is no wider than what the recorded peer made of it.
    expect(denyAllScalars).toMatchObject({ security: 'deny', askFallback: 'deny' });
  });
});

describe('exec-ipc vectors, group file-hash', () => {
  it('hash-missing: a document that does not exist has the hash of no text', () => {
    const { expected } = vector('hash-missing');
    expect(expected).toMatchObject({ febNodeAndApp: fakeHasher.sha256Hex('') });
  });

  it('hash-raw: the hash is that of the raw text', () => {
    const { input, expected } = vector('hash-raw');
    const { raw } = input as { raw: string };
    expect(expected).toEqual({ hash: fakeHasher.sha256Hex(raw) });
  });
});

describe('exec-ipc vectors, group policy', () => {
  const engine = createPolicyEngine({
    hasher: fakeHasher,
    home: '/home/ada',
    skillBins: () => new Set(),
  });
  const asks = group('policy').filter(({ id }) => id.startsWith('requires-approval'));

  it.each(asks)('$id', ({ input, expected }) => {
    const { ask, security, allowlistSatisfied } = input as Pick<
      ResolvedPolicy,
      'ask' | 'security'
    > & { allowlistSatisfied: boolean };
    const rules = allowlistSatisfied ? [policyRule()] : [];
    const verdict = engine(frozenPlan(), resolvedPolicy({ ask, security, rules }), 0);
    expect(verdict.kind === 'prompt').toBe(expected);
  });

  it('min-security', () => {
    const { input, expected } = vector('min-security');
    const pairs = input as readonly [Security, Security][];
    expect(pairs.map(([a, b]) => stricterSecurity(a, b))).toEqual(expected);
  });
});
