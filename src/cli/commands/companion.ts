import { userInfo } from 'node:os';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Logger } from '#core/ports.ts';
import type { CompanionOptions } from '#host/companion/types.ts';
import { type Companion, startCompanion } from '#host/companion.ts';
import { createHeadlessNotifier } from '#host/node/notifier.ts';
import { openConfig } from '#host/store/config-store.ts';
import { ensurePrivateDir } from '#host/store/state-dir.ts';
import { systemClock as clock, systemIds as ids } from '#host/system.ts';
import type { CliContext } from '../context.ts';
import { envPort, readTokenFile } from '../endpoint.ts';
import { programLogger } from '../program-logger.ts';
import { createTerminalPresenter } from '../terminal/terminal-presenter.ts';
import { attachTestAid, requireTestMode, type TestDecision } from '../test-aid.ts';

export interface CompanionCommandOptions {
  readonly headless?: boolean;
  readonly port?: number;
  readonly tokenFile?: string;
  readonly decide?: TestDecision;
}

/** Runs the companion until a signal; one ready line on stdout once everything listens. */
export async function companionCommand(
  context: CliContext,
  options: CompanionCommandOptions,
): Promise<number> {
  if (!options.headless) {
    throw new CompanionError('USAGE', messages.cli.headlessOnly, {
      hint: messages.cli.headlessHint,
    });
  }
  if (options.decide !== undefined) requireTestMode(context.env);
  ensurePrivateDir(context.stateDir.root);
  const config = await openConfig(context.stateDir.config, ids);
  const log = programLogger(context.env, { path: context.stateDir.log, level: config.log.level });
  try {
    const companion = await startCompanion(await companionOptions(context, options, config, log));
    const leave = new AbortController();
    attachSurfaces(companion, context, options, log, () => leave.abort());
    context.io.json(readyLine(companion));
    await aborted(AbortSignal.any([context.signal, leave.signal]));
    await companion.stop();
    return 0;
  } finally {
    log.close();
  }
}

async function companionOptions(
  { stateDir, env }: CliContext,
  options: CompanionCommandOptions,
  config: CompanionOptions['config'],
  log: Logger,
): Promise<CompanionOptions> {
  const token = options.tokenFile
    ? await readTokenFile(options.tokenFile)
    : env.OPENCLAW_GATEWAY_TOKEN?.trim();
  return {
    stateDir,
    config,
    port: options.port ?? envPort(env) ?? config.gateway.port,
    ...(token ? { foreignCredentials: { token } } : {}),
    env,
    notifier: createHeadlessNotifier({ platform: process.platform, env, log }),
    log,
  };
}

/** The control socket is a surface already; here come the terminal and the test aid. */
function attachSurfaces(
  { desk }: Companion,
  { env, io }: CliContext,
  { decide }: CompanionCommandOptions,
  log: Logger,
  interrupt: () => void,
): void {
  if (decide !== undefined) {
    io.err(messages.cli.testAidActive(decide));
    attachTestAid(desk, decide);
  } else if (process.stdin.isTTY && process.stderr.isTTY) {
    const { stdin: input, stderr: output } = process;
    const who = userInfo().username;
    createTerminalPresenter({ desk, input, output, clock, log, env, who, interrupt }).start();
  }
}

function readyLine(companion: Companion): unknown {
  const { pid, version, gateway, execSocket, controlSocket, bridgeSocket, nodeId } =
    companion.status();
  const { url, mode } = gateway;
  const facts = { pid, version, gateway: { url, mode }, execSocket, controlSocket };
  return { event: 'ready', ...facts, bridgeSocket, nodeId };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
