import type { AuditEntry } from '#core/ports.ts';

/** The part of a row that tells of a command's end, where none ran. */
export const notRun = {
  ruleId: null,
  exitCode: null,
  timedOut: false,
  runMs: null,
  error: null,
} as const satisfies Partial<AuditEntry>;

type Deed = Omit<
  AuditEntry,
  'transport' | 'executable' | 'cwd' | 'sessionKey' | 'nodeId' | 'latencyMs' | keyof typeof notRun
>;

/** The row of something a person did with the companion itself; no request is behind it (AP-16). */
export function companionRow(deed: Deed): AuditEntry {
  const noRequest = { executable: null, cwd: null, sessionKey: null, nodeId: null, latencyMs: 0 };
  return { transport: 'companion', ...noRequest, ...notRun, ...deed };
}
