import { describe, expect, it } from 'vitest';
import { decisionSentence } from '#core/audit/decision-sentence.ts';
import type { AuditEntry } from '#core/ports.ts';
import { auditEntry } from '#support/audit.ts';

const cases: readonly (readonly [string, Partial<AuditEntry>])[] = [
  [
    'Allowed once in the window by "ann". Asked because: No rule allows this here.',
    { surface: 'window:ann' },
  ],
  [
    'Allowed always on the terminal. It does not run here.',
    { decision: 'allow-always', reason: 'answered, not run here' },
  ],
  [
    'Denied through the Gateway by "dev:mac". Nothing ran.',
    { outcome: 'denied', decision: 'deny', surface: 'gateway-operator:dev:mac' },
  ],
  [
    'Denied on the terminal. Nothing was allowed.',
    { outcome: 'denied', decision: 'deny', transport: 'gateway' },
  ],
  [
    'Allowed once by the test switch. Asked because: No rule allows this here.',
    { decidedBy: 'test-aid', surface: 'test-aid' },
  ],
  [
    'Allowed by a rule. Rule r1 allows /bin/ls with any arguments.',
    {
      decidedBy: 'rule',
      surface: null,
      decision: null,
      reason: 'Rule r1 allows /bin/ls with any arguments.',
    },
  ],
  [
    'Denied by the policy. No rule allows it, and nobody was asked. Nothing ran.',
    {
      outcome: 'denied',
      decidedBy: 'policy',
      surface: null,
      decision: null,
      reason: 'allowlist-miss',
    },
  ],
  [
    'Denied by the policy. Something it depends on changed after it was allowed. Nothing ran. It had been allowed in the window.',
    // As an older version wrote it.
    { outcome: 'denied', decidedBy: 'policy', surface: 'window', reason: 'approval-stale' },
  ],
  [
    'Nothing ran. The rules changed after you allowed this; ask again to run it. It had been allowed in the window.',
    {
      outcome: 'denied',
      decidedBy: 'policy',
      surface: 'window',
      reason: 'approval-stale',
      error: 'Nothing ran. The rules changed after you allowed this; ask again to run it.',
    },
  ],
  [
    'No answer in time. Nothing ran.',
    { outcome: 'expired', decidedBy: 'timeout', surface: null, reason: 'approval-cancelled' },
  ],
  [
    'The program that asked is gone. Nothing ran.',
    { outcome: 'cancelled', decidedBy: 'cancel', surface: null, reason: 'caller-gone' },
  ],
  [
    'The question was withdrawn: not-offered. Nothing ran.',
    { outcome: 'cancelled', decidedBy: 'cancel', surface: null, reason: 'not-offered' },
  ],
  [
    'Refused before anybody was asked. The request was not valid. Nothing ran.',
    { outcome: 'invalid', decidedBy: 'request', surface: null, reason: 'invalid' },
  ],
  [
    'Denied by the program that asked: its request says so. Nothing ran.',
    { outcome: 'denied', decidedBy: 'request', surface: null, reason: 'user-denied' },
  ],
  [
    'Allowed before it was asked for, through the Gateway: approval a1 of the Gateway.',
    { decidedBy: 'grant', surface: 'gateway-operator', reason: 'approval a1 of the Gateway' },
  ],
  [
    'Done with openclaw-mac.',
    { transport: 'companion', surface: 'control-socket', reason: 'policy changed' },
  ],
];

describe('a decision in words (AP-16, S34)', () => {
  it.each(cases)('%s', (sentence, row) => {
    expect(decisionSentence(auditEntry(row))).toBe(sentence);
  });

  it('says something of what a newer version wrote', () => {
    const row = { ...auditEntry(), decidedBy: 'oracle', reason: 'it knows' };
    expect(decisionSentence(row)).toBe('Decided by "oracle": it knows');
    expect(decisionSentence(auditEntry({ surface: 'watch:ann' }))).toBe(
      'Decided by a person at "watch:ann": No rule allows this here.',
    );
  });

  it('shows what others wrote only after it was made safe', () => {
    const reason = 'push \u202Egnp\nDone "by nobody"';
    for (const decidedBy of ['rule', 'policy', 'cancel', 'grant', 'person'] as const) {
      const sentence = decisionSentence(
        auditEntry({ decidedBy, reason, surface: 'window:a\u202Eb' }),
      );
      expect(sentence).not.toMatch(/[\u202E\n]/);
      expect(sentence).toContain('\\u{202E}');
    }
  });
});
