import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { runPayloadSchema } from '#protocol/exec-socket.ts';
import type { CliContext } from '../context.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { chooseNode, invokeNode, withOperator } from '../operator.ts';

/** Time a person has to answer, on top of the command's own limit. */
const answerBudgetMs = 300_000;

export interface RunOptions extends EndpointOptions {
  readonly node?: string;
  readonly cwd?: string;
  readonly timeout?: number;
  readonly agent?: string;
}

/** `openclaw-mac run -- ARGV…`: its output and exit code are the command's. */
export async function runCommand(
  context: CliContext,
  argv: readonly string[],
  options: RunOptions,
): Promise<number> {
  const payload = await withOperator(context, options, async (operator) => {
    const nodeId = await chooseNode(operator, { named: options.node, command: 'system.run' });
    const answer = await invokeNode(operator, {
      nodeId,
      command: 'system.run',
      params: {
        command: argv,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
        ...(options.agent === undefined ? {} : { agentId: options.agent }),
      },
      timeoutMs: (options.timeout ?? answerBudgetMs) + answerBudgetMs,
    });
    return runPayloadSchema.parse(answer);
  });
  if (context.json) {
    context.io.json({ ok: true, ...payload });
  } else {
    context.io.out(payload.stdout);
    if (payload.stderr !== '') process.stderr.write(payload.stderr);
  }
  if (payload.timedOut) {
    throw new CompanionError('TIMEOUT', messages.cli.commandTimedOut(options.timeout ?? 0));
  }
  if (payload.exitCode == null) {
    throw new CompanionError('UNAVAILABLE', payload.error ?? messages.cli.noExitCode);
  }
  return payload.exitCode;
}
