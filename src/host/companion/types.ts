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
  /** Told after every row of the audit, automatic decisions included. */
  readonly onDecision?: () => void;
  readonly log: Logger;
}
