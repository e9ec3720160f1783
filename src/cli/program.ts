import { type Command, CommanderError } from 'commander';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { processConsole, reportError } from './console.ts';
import type { CliContext } from './context.ts';
import { exitCodeOfSignal, exitCodes } from './exit-codes.ts';

/** What both programs share: flags that hold everywhere, signals, errors to exit codes. */

type Action = (context: CliContext) => Promise<number>;

/** Runs the chosen command of a commander program; sets `process.exitCode`, never throws. */
export async function runProgram(
  build: (run: (action: Action) => void) => Command,
  argv: readonly string[] = process.argv,
): Promise<void> {
  const stop = stopSignal();
  outliveReaders();
  let json = ownWords(argv).includes('--json');
  try {
    refuseSecretsOnCommandLine(argv);
    const { action, flags } = parseCommandLine(build, argv, json);
    json = flags.json === true;
    process.exitCode = await action({
      stateDir: resolveStateDir(flags.stateDir, process.env),
      env: process.env,
      io: processConsole,
      json,
      signal: stop,
    });
  } catch (error) {
    process.exitCode = failureCode(error, json, stop);
  }
}

/**
 * Aborted by the first signal that asks us to end. The listeners stay: Ctrl-C reaches us from the
 * terminal and again from npm, and write-file-atomic (signal-exit) kills a process in the middle of
 * a write when it finds no listener but its own.
 */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => stop.abort(signal));
  }
  return stop.signal;
}

/** Whoever reads our output may leave first (`… | head`); that ends the output, not us. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function failureCode(error: unknown, json: boolean, stop: AbortSignal): number {
  if (error instanceof CommanderError) return usageCode(error, json);
  const interrupted = stop.aborted && error instanceof CompanionError && error.code === 'CANCELLED';
  if (!interrupted) return reportError(processConsole, error, json);
  const signal = String(stop.reason);
  reportError(
    processConsole,
    new CompanionError('CANCELLED', messages.cli.interrupted(signal)),
    json,
  );
  return exitCodeOfSignal(signal);
}

/** commander has said its part on stderr already, but not what a program could read. */
function usageCode(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return exitCodes.ok;
  if (!json) return exitCodes.usage;
  const helpShown = error.code === 'commander.help';
  const message = helpShown ? messages.cli.commandNeeded : error.message.replace(/^error: /, '');
  return reportError(processConsole, new CompanionError('USAGE', message), true);
}

interface SharedFlags {
  readonly stateDir?: string;
  readonly json?: boolean;
}

/** @throws CommanderError for help, version and every wrong flag or argument. */
function parseCommandLine(
  build: (run: (action: Action) => void) => Command,
  argv: readonly string[],
  json: boolean,
): { readonly action: Action; readonly flags: SharedFlags } {
  let chosen: Action | null = null;
  const program = build((action) => {
    chosen = action;
  });
  // `--state-dir` and `--json` may stand before or after the command.
  for (const command of everyCommand(program)) declareShared(command, json);
  program.parse(argv);
  const action = chosen as Action | null;
  if (action === null) {
    throw new CompanionError('USAGE', messages.cli.commandNeeded);
  }
  const options = everyCommand(program).map((command) => command.opts<SharedFlags>());
  return { action, flags: Object.assign({}, ...options) };
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function declareShared(command: Command, json: boolean): void {
  const hint = messages.cli.usageHint(fullName(command));
  command.exitOverride();
  command.configureOutput({
    outputError: (text, write) => (json ? undefined : write(`${text}${hint}\n`)),
    ...(json ? { writeErr: () => undefined } : {}),
  });
  const known = new Set(command.options.map((option) => option.long));
  if (!known.has('--state-dir')) command.option('--state-dir <dir>', messages.cli.help.stateDir);
  if (!known.has('--json')) command.option('--json', messages.cli.help.json);
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** Everybody on the machine can read a command line (S30, decisions.md "CLI"). */
function refuseSecretsOnCommandLine(argv: readonly string[]): void {
  const secret = ownWords(argv).find((word) => /^--(token|password)(=|$)/.test(word));
  if (secret === undefined) return;
  throw new CompanionError('USAGE', messages.cli.secretOnCommandLine(secret.replace(/=.*/s, '')), {
    hint: messages.cli.secretHint,
  });
}

/** The words before `--`: what follows belongs to the command to run. */
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end < 0 ? argv : argv.slice(0, end);
}
