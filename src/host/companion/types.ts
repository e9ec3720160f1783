import type { CompanionConfig } from '#core/config.ts';
import type { Logger, Notifier } from '#core/ports.ts';
import type { StateDir } from '../store/state-dir.ts';

/** What a shell decides before a companion starts. */
export interface CompanionOptions {
  readonly stateDir: StateDir;
  readonly config: CompanionConfig;
  /** Gateway port; 0 picks a free one. */
  readonly port: number;
  /** Secret for a Gateway on that port that is not ours; absent: the configured one. */
  readonly foreignCredentials?: { readonly token?: string; readonly password?: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly notifier: Notifier;
  readonly log: Logger;
}
