import { type Command, CommanderError } from 'commander';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { processConsole, reportError } from './console.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

/** What both programs share: flags that hold everywhere, signals, errors to exit codes. */

/** Oldest Node with everything the programs use (`node:sqlite` without a flag). */
const oldestNode: readonly [number, number] = [22, 13];

type Action = (context: CliContext) => Promise<number>;

/** Runs the chosen command of a commander program; sets `process.exitCode`, never throws. */
export async function runProgram(
  build: (run: (action: Action) => void) => Command,
  argv: readonly string[] = process.argv,
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new CompanionError('CANCELLED', signal)));
  }
  let chosen: Action | null = null;
  const program = build((action) => {
    chosen = action;
  });
  // `--state-dir` and `--json` may stand before or after the command.
  for (const command of everyCommand(program)) declareShared(command);
  let json = false;
  try {
    checkNode();
    refuseSecretsOnCommandLine(argv);
    program.parse(argv);
    const flags = mergedFlags(program);
    json = flags.json === true;
    const action = chosen as Action | null;
    if (action === null) return;
    process.exitCode = await action({
      stateDir: resolveStateDir(flags.stateDir, process.env),
      env: process.env,
      io: processConsole,
      json,
      signal: stop.signal,
    });
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError
        ? error.exitCode === 0
          ? exitCodes.ok
          : exitCodes.usage
        : reportError(processConsole, error, json);
  }
}

interface SharedFlags {
  readonly stateDir?: string;
  readonly json?: boolean;
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function declareShared(command: Command): void {
  command.exitOverride();
  const known = new Set(command.options.map((option) => option.long));
  if (!known.has('--state-dir')) command.option('--state-dir <dir>', messages.cli.help.stateDir);
  if (!known.has('--json')) command.option('--json', messages.cli.help.json);
}

function mergedFlags(program: Command): SharedFlags {
  return Object.assign({}, ...everyCommand(program).map((command) => command.opts<SharedFlags>()));
}

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new CompanionError('USAGE', messages.cli.nodeTooOld(process.versions.node, oldestNode), {
    hint: messages.cli.nodeTooOldHint,
  });
}

/** Everybody on the machine can read a command line (S30, decisions.md "CLI"). */
function refuseSecretsOnCommandLine(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  const own = end < 0 ? argv : argv.slice(0, end);
  const secret = own.find((word) => /^--(token|password)(=|$)/.test(word));
  if (secret === undefined) return;
  throw new CompanionError('USAGE', messages.cli.secretOnCommandLine(secret.replace(/=.*/s, '')), {
    hint: messages.cli.secretHint,
  });
}
