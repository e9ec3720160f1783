import { companionConfigSchema } from '#core/config.ts';
import type { ExecuteFn } from '#core/exec/types.ts';
import type { Logger } from '#core/ports.ts';
import { createCleanup } from '#host/cleanup.ts';
import { openServices } from '#host/companion/services.ts';
import type { NodeHostDeps } from '#host/node/node-host.ts';
import { createHeadlessNotifier } from '#host/node/notifier.ts';
import { readConfig } from '#host/store/config-store.ts';
import { readStandstill } from '#host/store/standstill-file.ts';
import type { CliContext } from './context.ts';

/** `--allow-local-exec`: the companion's own policy engine inside the node host. */
export interface LocalExec {
  readonly execute: ExecuteFn;
  readonly approvals: NonNullable<NodeHostDeps['approvals']>;
  stop(): Promise<void>;
}

/**
 * Same document, same rules, same audit. Nobody can be asked here, so what no rule allows is
 * refused unless the policy's `askFallback` says otherwise.
 */
export async function localExec({ stateDir, env }: CliContext, log: Logger): Promise<LocalExec> {
  const cleanup = createCleanup(log);
  const services = await openServices(
    {
      stateDir,
      config: (await readConfig(stateDir.config)) ?? companionConfigSchema.parse({ version: 1 }),
      port: 0,
      env,
      notifier: createHeadlessNotifier({ platform: process.platform, env, log }),
      log,
    },
    cleanup,
  );
  cleanup.add('commands', () => services.runner.killAll());
  return {
    async execute(...run) {
      // A companion that stood still when it ended must not be got round by its absence.
      services.standstill.adopt(await readStandstill(stateDir.standstill));
      return services.execHost.execute(...run);
    },
    approvals: { store: services.policy, confirmWidening: async () => 'denied' },
    stop: cleanup.run,
  };
}
