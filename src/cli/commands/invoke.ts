import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { CliContext } from '../context.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { invokeNode } from '../operator.ts';

/** What the Gateway waits by itself (gateway §8). */
const defaultWaitMs = 30_000;

export interface InvokeOptions extends EndpointOptions {
  readonly node: string;
  readonly command: string;
  readonly params: string;
  readonly timeout?: number;
}

/** `openclaw-mac invoke`: one raw `node.invoke`; prints the node's answer as JSON. */
export async function invokeCommand(context: CliContext, options: InvokeOptions): Promise<number> {
  const { node, command, params, timeout = defaultWaitMs } = options;
  const call = { node, command, params: parseJson(params), waitMs: timeout };
  const answer = (await invokeNode(context, options, call)) ?? null;
  context.io.json(context.json ? { ok: true, payload: answer } : answer);
  return 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold secrets (S30).
    throw new CompanionError('USAGE', messages.cli.paramsNotJson);
  }
}
