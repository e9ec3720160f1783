import { CompanionError, errorText } from '#core/errors.ts';
import type { Clock, Logger } from '#core/ports.ts';
import { skillsBinsResultSchema } from '#protocol/gateway-system.ts';
import type { GatewayLink, LinkState } from './types.ts';

/** Names of programs that skills bring, as the Gateway we are connected to tells them. */
export interface SkillBins {
  /** Lower-cased; empty without a connection. Looking at an old set has it asked for again. */
  current(): ReadonlySet<string>;
  /** Asks over this node connection, from now on and after each reconnect. */
  follow(link: GatewayLink): void;
  /** Forgets the names and the connection. */
  stop(): void;
}

export interface SkillBinsDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** exec-ipc §5.9. */
const maxAgeMs = 90_000;

/** More is no list of skills. */
const maxNames = 1_000;

/** What a search path finds by name, and no option, path or pattern. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}$/;

const none: ReadonlySet<string> = new Set();

/** Nothing is trusted before `follow`: a policy is asked before there is any connection. */
export function createSkillBins(deps: SkillBinsDeps): SkillBins {
  let following: { current(): ReadonlySet<string>; stop(): void } | null = null;
  const stop = (): void => {
    following?.stop();
    following = null;
  };
  return {
    current: () => following?.current() ?? none,
    follow(link) {
      stop();
      following = followLink(link, deps);
    },
    stop,
  };
}

function followLink(link: GatewayLink, { clock, log }: SkillBinsDeps) {
  let names = none;
  let askedAtMs = 0;
  /** Of the present connection: what an earlier one still has to say is dropped. */
  let connection: AbortController | null = null;

  const ask = async (signal: AbortSignal): Promise<void> => {
    askedAtMs = clock.now();
    try {
      const answer = namesIn(await link.request('skills.bins', {}, { signal }));
      if (signal.aborted) return;
      names = answer;
      log.debug('skill-bins.refreshed', { count: names.size });
    } catch (error) {
      // The old set stays (exec-ipc §5.9), and the next question comes as if this one had worked.
      if (!signal.aborted) log.info('skill-bins.failed', { error: errorText(error) });
    }
  };

  /** The names are worth what the connection that brought them is worth. */
  const forget = (): void => {
    connection?.abort();
    connection = null;
    names = none;
  };
  const onState = ({ kind }: LinkState): void => {
    forget();
    if (kind !== 'connected') return;
    connection = new AbortController();
    void ask(connection.signal);
  };
  const detach = link.onState(onState);
  onState(link.state);

  return {
    current() {
      const ageMs = clock.now() - askedAtMs;
      // Below zero: the clock was set back.
      if (connection !== null && (ageMs > maxAgeMs || ageMs < 0)) void ask(connection.signal);
      return names;
    },
    stop() {
      detach();
      forget();
    },
  };
}

/** @throws CompanionError UNAVAILABLE or ZodError for what is no list of programs. */
function namesIn(payload: unknown): ReadonlySet<string> {
  const { bins } = skillsBinsResultSchema.parse(payload);
  if (bins.length > maxNames) {
    throw new CompanionError('UNAVAILABLE', `${bins.length} names are more than ${maxNames}`);
  }
  return new Set(bins.filter((name) => plainName.test(name)).map((name) => name.toLowerCase()));
}
