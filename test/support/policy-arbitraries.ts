import fc from 'fast-check';
import type {
  AgentPolicy,
  AllowlistEntry,
  ApprovalsDocument,
} from '#protocol/approvals-document.ts';

/** Small domains, so that two random documents often speak of the same things. */

const security = fc.constantFrom('deny' as const, 'allowlist' as const, 'full' as const);
const ask = fc.constantFrom('off' as const, 'on-miss' as const, 'always' as const);

const scalars = fc.record(
  { security, ask, askFallback: security, autoAllowSkills: fc.boolean() },
  { requiredKeys: [] },
);

const entry: fc.Arbitrary<AllowlistEntry> = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c'),
    pattern: fc.constantFrom('/bin/a', '/bin/b', ' /bin/a ', 'a', '/bin/*', '/**', '*'),
    argPattern: fc.constantFrom('sha256:cwd-argv:v1:1', 'sha256:cwd-argv:v1:2', '^-v', 'x$'),
    cwd: fc.constantFrom('/x', '/y'),
    expiresAt: fc.constantFrom(100, 200),
    contentSha256: fc.constantFrom('c1', 'c2'),
    source: fc.constantFrom('allow-always', 'manual'),
  },
  { requiredKeys: ['pattern'] },
);

const agent: fc.Arbitrary<AgentPolicy> = fc
  .tuple(scalars, fc.option(fc.array(entry, { maxLength: 4 }), { nil: undefined }))
  .map(([levels, allowlist]) => (allowlist === undefined ? levels : { ...levels, allowlist }));

/** Valid, normalised documents without unknown keys. */
export const anyDocument: fc.Arbitrary<ApprovalsDocument> = fc
  .record(
    {
      defaults: scalars,
      agents: fc.dictionary(fc.constantFrom('*', 'main', 'ops', '__proto__'), agent),
    },
    { requiredKeys: [] },
  )
  .map((members) => ({ version: 1, ...members }));
