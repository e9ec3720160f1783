import type { AuditEntry } from '#core/ports.ts';
import type { StatusFacts } from '#main/state/shown-status.ts';

/** A companion at rest; override what a test is about. */
export function statusFactsOf(overrides: Partial<StatusFacts> = {}): StatusFacts {
  return {
    gateway: {
      url: 'ws://127.0.0.1:18789',
      mode: 'own',
      connected: { node: true, operator: true },
    },
    policy: {
      path: '/state/exec-approvals.json',
      security: 'allowlist',
      ask: 'on-miss',
      problem: null,
      unconfirmed: 0,
    },
    pausedAgents: [],
    ...overrides,
  };
}

export function auditRowOf(overrides: Partial<AuditEntry> = {}): AuditEntry & { seq: number } {
  return {
    seq: 1,
    atMs: 1_000,
    requestId: 'request-1',
    transport: 'exec-socket',
    commandText: 'ls -la',
    executable: '/bin/ls',
    cwd: '/work',
    agentId: 'main',
    sessionKey: null,
    nodeId: null,
    planDigest: null,
    outcome: 'allowed',
    decision: null,
    decidedBy: 'rule',
    surface: null,
    reason: 'a rule allows it',
    ruleId: 'rule-1',
    latencyMs: 2,
    exitCode: 0,
    timedOut: false,
    runMs: 3,
    error: null,
    ...overrides,
  };
}
