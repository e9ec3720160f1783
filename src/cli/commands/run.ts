import { displayBlock } from '#core/display.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { runPayloadSchema } from '#protocol/exec-socket.ts';
import type { CliContext } from '../context.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { invokeNode } from '../operator.ts';
import { runEnding, runWaitMs } from '../run-result.ts';

export interface RunOptions extends EndpointOptions {
  readonly node?: string;
  readonly cwd?: string;
  readonly timeout?: number;
  readonly wait?: number;
  readonly agent?: string;
}

/** `openclaw-mac run -- ARGV…`: its output and exit code are the command's. */
export async function runCommand(
  context: CliContext,
  argv: readonly string[],
  options: RunOptions,
): Promise<number> {
  const { io, json } = context;
  if (!argv[0]?.trim()) throw new CompanionError('USAGE', messages.cli.emptyCommand);
  const answer = await invokeNode(context, options, {
    node: options.node,
    command: 'system.run',
    params: {
      command: argv,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
      ...(options.agent === undefined ? {} : { agentId: options.agent }),
    },
    waitMs: runWaitMs(options),
  });
  const payload = runPayloadSchema.parse(answer);
  const { exitCode, note } = runEnding(payload, options.timeout);
  if (json) {
    io.json({ ok: true, ...payload });
    return exitCode;
  }
  io.out(payload.stdout);
  io.rawErr(payload.stderr);
  if (note !== null) io.err(displayBlock(note).text);
  return exitCode;
}
