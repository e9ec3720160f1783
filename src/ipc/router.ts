import {
  type Channel,
  contract,
  type Input,
  type Output,
  type Reply,
  type WindowName,
} from './contract.ts';

/** One function per channel; `from` is the window whose page asked. */
export type Handlers = {
  readonly [C in Channel]: (input: Input<C>, from: WindowName) => Output<C> | Promise<Output<C>>;
};

/** Who sent a message, as the shell saw it; null when the frame was already gone. */
export interface IpcSender {
  /** Id of the web contents. */
  readonly id: number;
  readonly origin: string;
  readonly isMainFrame: boolean;
}

export interface IpcRouterDeps {
  /** Which window a web contents id was created for; null for any other. */
  windowOf(senderId: number): WindowName | null;
  /** The one origin pages have. */
  readonly origin: string;
  readonly log: { warn(event: string, fields?: Readonly<Record<string, unknown>>): void };
  /** What a page may know of a failure; detail belongs in the log. */
  explain(error: unknown, channel: Channel): { readonly code: string; readonly message: string };
}

export interface IpcRouter {
  /** Never rejects: every failure is an envelope (ES-13). */
  route(channel: unknown, input: unknown, sender: IpcSender | null): Promise<Reply<unknown>>;
}

/** Why a message was not taken; goes to the log, the page hears only that it was refused. */
type Refusal =
  | 'unknown channel'
  | 'no sender frame'
  | 'foreign origin'
  | 'not the main frame'
  | 'unknown window'
  | 'not for this window'
  | 'input does not fit';

const refused: Reply<never> = {
  ok: false,
  error: {
    code: 'INVALID_REQUEST',
    message: 'The companion did not accept this. Nothing happened.',
  },
};

function isChannel(channel: unknown): channel is Channel {
  return typeof channel === 'string' && Object.hasOwn(contract, channel);
}

/** The window that may use the channel, or the reason why nobody may. */
function admit(
  channel: Channel,
  sender: IpcSender | null,
  deps: IpcRouterDeps,
): { readonly from: WindowName } | { readonly why: Refusal } {
  if (!sender) return { why: 'no sender frame' };
  if (sender.origin !== deps.origin) return { why: 'foreign origin' };
  if (!sender.isMainFrame) return { why: 'not the main frame' };
  const from = deps.windowOf(sender.id);
  if (!from) return { why: 'unknown window' };
  const allowed: readonly WindowName[] = contract[channel].windows;
  return allowed.includes(from) ? { from } : { why: 'not for this window' };
}

/**
 * Main side of the contract: checks who asks before it looks at what is asked, parses the input and
 * strips the output, so that neither a foreign frame nor a careless handler widens it.
 */
export function createIpcRouter(handlers: Handlers, deps: IpcRouterDeps): IpcRouter {
  const refuse = (why: Refusal, channel: unknown, sender: IpcSender | null): Reply<never> => {
    deps.log.warn('ipc.refused', {
      why,
      channel: typeof channel === 'string' ? channel.slice(0, 100) : typeof channel,
      sender: sender?.id ?? null,
      origin: sender?.origin.slice(0, 200) ?? null,
    });
    return refused;
  };

  async function call<C extends Channel>(
    channel: C,
    input: unknown,
    from: WindowName,
  ): Promise<Reply<unknown>> {
    try {
      const handler = handlers[channel] as (input: unknown, from: WindowName) => unknown;
      const value = contract[channel].output.parse(await handler(input, from));
      return { ok: true, value };
    } catch (error) {
      const { code, message } = deps.explain(error, channel);
      return { ok: false, error: { code, message } };
    }
  }

  return {
    async route(channel, input, sender) {
      if (!isChannel(channel)) return refuse('unknown channel', channel, sender);
      const admitted = admit(channel, sender, deps);
      if ('why' in admitted) return refuse(admitted.why, channel, sender);
      const parsed = contract[channel].input.safeParse(input);
      if (!parsed.success) return refuse('input does not fit', channel, sender);
      return call(channel, parsed.data, admitted.from);
    },
  };
}
