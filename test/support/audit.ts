import type { AuditEntry } from '#core/ports.ts';

/** A row of an allowed run; override what a test is about. */
export function auditEntry(overrides: Partial<AuditEntry> = {}): AuditEntry {
  return {
    atMs: 1_770_000_000_000,
    requestId: 'request-1',
    transport: 'exec-socket',
    commandText: 'ls -la',
    executable: '/bin/ls',
    cwd: '/work',
    agentId: 'main',
    sessionKey: 'session-1',
    nodeId: 'node-1',
    planDigest: 'digest',
    outcome: 'allowed',
    decision: 'allow-once',
    decidedBy: 'person',
    surface: 'terminal',
    reason: 'No rule allows this here.',
    ruleId: null,
    latencyMs: 1_234,
    exitCode: 0,
    timedOut: false,
    runMs: 5,
    error: null,
    ...overrides,
  };
}
