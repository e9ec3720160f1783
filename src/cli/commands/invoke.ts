import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { CliContext } from '../context.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { chooseNode, invokeNode, withOperator } from '../operator.ts';

export interface InvokeOptions extends EndpointOptions {
  readonly node: string;
  readonly command: string;
  readonly params: string;
  readonly timeout?: number;
}

/** `openclaw-mac invoke`: one raw `node.invoke`; prints the node's answer as JSON. */
export async function invokeCommand(context: CliContext, options: InvokeOptions): Promise<number> {
  const params = parseJson(options.params);
  const answer = await withOperator(context, options, async (operator) => {
    const nodeId = await chooseNode(operator, { named: options.node, command: options.command });
    return invokeNode(operator, {
      nodeId,
      command: options.command,
      params,
      timeoutMs: options.timeout ?? 30_000,
    });
  });
  context.io.json(context.json ? { ok: true, payload: answer ?? null } : (answer ?? null));
  return 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CompanionError('USAGE', messages.cli.paramsNotJson, { cause });
  }
}
