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
import { aborted, type CliContext } from '../context.ts';
import { envPort } from '../endpoint.ts';
import { exitCodes } from '../exit-codes.ts';
import { programLogger } from '../program-logger.ts';
import { createTerminalPresenter } from '../terminal/terminal-presenter.ts';
import { attachTestAid, requireTestMode, type TestDecision } from '../test-aid.ts';
import { openTokenFile } from '../token-file.ts';

/** For closing prompts, killing commands and telling everybody. */
const stopLimitMs = 2_800;

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
    await serve(companion, context, options, log);
    await stopInTime(companion, log);
    return exitCodes.ok;
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
  const token =
    options.tokenFile === undefined
      ? env.OPENCLAW_GATEWAY_TOKEN?.trim()
      : await (await openTokenFile(options.tokenFile))();
  return {
    stateDir,
    config,
    port: options.port ?? envPort(env, 0) ?? config.gateway.port,
    ...(token ? { foreignCredentials: { token } } : {}),
    env,
    notifier: createHeadlessNotifier({ platform: process.platform, env, log }),
    log,
  };
}

/** Whatever hangs, a companion that was told to end does not stay half alive (architecture §5). */
async function stopInTime(companion: Companion, log: Logger): Promise<void> {
  const cancel = clock.schedule(stopLimitMs, () => {
    log.error('companion.stop.late', { limitMs: stopLimitMs });
    process.exit(exitCodes.failed);
  });
  await companion.stop();
  cancel();
}

/** Until somebody asks us to end. A signal that came during the start leaves nothing to announce. */
async function serve(
  companion: Companion,
  context: CliContext,
  options: CompanionCommandOptions,
  log: Logger,
): Promise<void> {
  if (context.signal.aborted) return;
  const leave = new AbortController();
  const closeTerminal = attachSurfaces(companion, context, options, log, () => leave.abort());
  context.io.json(readyLine(companion));
  await aborted(context.signal, leave.signal);
  closeTerminal();
}

/**
 * The control socket is a surface already; here come the terminal and the test aid.
 * @returns gives the terminal back: reading it would keep the process alive.
 */
function attachSurfaces(
  { desk }: Companion,
  { env, io }: CliContext,
  { decide }: CompanionCommandOptions,
  log: Logger,
  interrupt: () => void,
): () => void {
  if (decide !== undefined) {
    io.err(messages.cli.testAidActive(decide));
    attachTestAid(desk, decide);
    return () => undefined;
  }
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY || !output.isTTY) return () => undefined;
  const who = userInfo().username;
  const deps = { desk, input, output, clock, log, env, who, interrupt };
  const terminal = createTerminalPresenter(deps);
  terminal.start();
  return () => terminal.close();
}

function readyLine(companion: Companion): unknown {
  const { pid, version, gateway, execSocket, controlSocket, bridgeSocket, nodeId } =
    companion.status();
  const { url, mode } = gateway;
  const facts = { pid, version, gateway: { url, mode }, execSocket, controlSocket };
  return { event: 'ready', ...facts, bridgeSocket, nodeId };
}
