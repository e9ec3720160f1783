import type { LiveLogger, LogLevel } from '#host/log/logger.ts';
import { updateConfig } from '#host/store/config-store.ts';

export interface LogLevelDeps {
  /** `config.json` of the state directory. */
  readonly path: string;
  readonly log: Pick<LiveLogger, 'level' | 'setLevel'>;
}

/** What is written down, kept in `config.json` under `log`; a headless companion reads it too. */
export interface LogLevelSetting {
  current(): LogLevel;
  /** Kept first: what failed to be kept does not hold. @throws CompanionError STATE */
  set(level: LogLevel): Promise<void>;
}

export function createLogLevel({ path, log }: LogLevelDeps): LogLevelSetting {
  return {
    current: () => log.level(),
    async set(level) {
      log.setLevel((await updateConfig(path, 'log', { level })).log.level);
    },
  };
}
