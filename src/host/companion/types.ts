import type { PresenceFacts } from '#core/approvals/presence.ts';
import type { ApprovalDesk } from '#core/approvals/types.ts';
import type { CompanionConfig } from '#core/config.ts';
import type { Logger, Notifier } from '#core/ports.ts';
import type { ForeignCredentials } from '../store/openclaw-config.ts';
import type { StateDir } from '../store/state-dir.ts';

/** What a shell decides before a companion starts. */
export interface CompanionOptions {
  readonly stateDir: StateDir;
  readonly config: CompanionConfig;
  /** Gateway port; 0 picks a free one. */
  readonly port: number;
  /** For a Gateway on that port that is not ours; absent: what OpenClaw's configuration says. */
  readonly foreignCredentials?: ForeignCredentials;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly notifier: Notifier;
  /** Whether a person is at this computer; absent where nothing tells. */
  readonly presence?: () => Pick<PresenceFacts, 'idleSeconds'>;
  /** Whether the system lets this program record the screen; absent: it does not. */
  readonly screenRecording?: () => boolean;
  /** Gets the desk before anything can ask there, for who will have a place at it. */
  readonly beforeServing?: (desk: ApprovalDesk) => void;
  /** Told after every row of the audit, automatic decisions included. */
  readonly onDecision?: () => void;
  readonly log: Logger;
}
