import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { Notification } from '#core/ports.ts';
import type { CompanionOptions } from '#host/companion/types.ts';
import { type Companion, startCompanion } from '#host/companion.ts';
import { openConfig } from '#host/store/config-store.ts';
import { ensurePrivateDir, resolveStateDir, type StateDir } from '#host/store/state-dir.ts';
import { systemIds } from '#host/system.ts';
import { createFakeLogger, type LogLine } from './fakes.ts';
import { tempDir } from './temp-dir.ts';

export interface InProcessCompanion {
  readonly companion: Companion;
  readonly stateDir: StateDir;
  readonly url: string;
  readonly log: { readonly lines: readonly LogLine[] };
  readonly told: readonly Notification[];
  /** The Gateway token as it is on disk. */
  token(): string;
  configText(): string;
}

/** A whole companion in the process of the test; by default with a Gateway of its own. */
export async function startInProcess(
  over: Partial<CompanionOptions> = {},
): Promise<InProcessCompanion> {
  const stateDir = resolveStateDir(tempDir(), {});
  ensurePrivateDir(stateDir.root);
  const log = createFakeLogger();
  const told: Notification[] = [];
  const companion = await startCompanion({
    stateDir,
    config: await openConfig(stateDir.config, systemIds),
    port: 0,
    env: { PATH: '/usr/bin:/bin', HOME: stateDir.root },
    notifier: {
      async notify(notification) {
        told.push(notification);
      },
    },
    log,
    ...over,
  });
  onTestFinished(() => companion.stop());
  const configText = () => readFileSync(stateDir.config, 'utf8');
  return {
    companion,
    stateDir,
    url: companion.status().gateway.url,
    log,
    told,
    configText,
    token: () =>
      (JSON.parse(configText()) as { gateway: { auth: { token: string } } }).gateway.auth.token,
  };
}
