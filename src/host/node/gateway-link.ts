import { CompanionError, errorText } from '#core/errors.ts';
import type { Cancel, Clock, Ids, Logger } from '#core/ports.ts';
import type { HelloOk } from '#protocol/gateway-connect.ts';
import type { EventFrame } from '#protocol/gateway-frames.ts';
import { shutdownEventSchema } from '#protocol/gateway-system.ts';
import { sameAdvertisement } from './advertisement.ts';
import { type Backoff, createBackoff, longestPauseMs } from './backoff.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { GatewaySocket, type SocketEnding } from './gateway-socket.ts';
import {
  type Credentials,
  createLinkCredentials,
  type LinkCredentials,
} from './link-credentials.ts';
import { connectParams, isCredentialRefusal } from './link-handshake.ts';
import { nextHello } from './next-hello.ts';
import type { RequestOptions } from './pending-requests.ts';
import type { Advertisement, GatewayLink, GatewayLinkOptions, LinkState } from './types.ts';

export interface GatewayLinkDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly tokens: DeviceTokens;
  /** Uniform in [0, 1); for the jitter of the backoff. */
  readonly random?: () => number;
}

/** Several switches flipped together make one reconnect. */
const advertiseDebounceMs = 200;

/**
 * Makes a link; nothing is dialled before `start`.
 * @throws CompanionError USAGE when the url is no plain `ws:` or `wss:` address.
 */
export function createGatewayLink(options: GatewayLinkOptions, deps: GatewayLinkDeps): GatewayLink {
  if (!isGatewayUrl(options.url)) {
    throw new CompanionError('USAGE', 'this is not the address of a Gateway', {
      hint: 'It starts with ws:// or wss:// and holds no password, for example ws://127.0.0.1:18789',
    });
  }
  return new ReconnectingLink(options, deps);
}

/** An address is shown and logged, so it must not hold a secret (S30). */
function isGatewayUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^wss?:$/.test(protocol) && username === '' && password === '' && hash === '';
}

class ReconnectingLink implements GatewayLink {
  readonly #options: GatewayLinkOptions;
  readonly #deps: GatewayLinkDeps;
  readonly #credentials: LinkCredentials;
  readonly #backoff: Backoff;
  readonly #eventListeners = new Set<(frame: EventFrame) => void>();
  readonly #stateListeners = new Set<(state: LinkState) => void>();
  #state: LinkState = { kind: 'stopped' };
  #advertisement: Advertisement;
  /** What the current connection was opened with. */
  #advertised: Advertisement;
  #socket: GatewaySocket | null = null;
  /** Two sockets of one identity make a node unreachable (gateway §8, trap): never overlap. */
  #previousClosed: Promise<void> = Promise.resolve();
  #attempt = 0;
  /** Changes with every attempt, so that what an older one still has to say is dropped. */
  #generation = 0;
  #restartExpectedMs = 0;
  #cancelRetry: Cancel = () => undefined;
  #cancelReadvertise: Cancel | null = null;

  constructor(options: GatewayLinkOptions, deps: GatewayLinkDeps) {
    this.#options = options;
    this.#deps = deps;
    const { url, identity, role } = options;
    const tokenKey = { url, deviceId: identity.deviceId, role };
    this.#credentials = createLinkCredentials(tokenKey, options.credentials, deps);
    this.#backoff = createBackoff(deps.random ?? Math.random);
    this.#advertisement = options.advertisement;
    this.#advertised = options.advertisement;
  }

  get state(): LinkState {
    return this.#state;
  }

  start(): void {
    if (this.#state.kind !== 'stopped') return;
    this.#attempt = 0;
    this.#backoff.reset();
    this.#dial();
  }

  redial(): void {
    if (this.#state.kind !== 'waiting') return;
    this.#cancelRetry();
    this.#backoff.reset();
    this.#dial();
  }

  async stop(): Promise<void> {
    this.#generation += 1;
    this.#cancelRetry();
    this.#cancelReadvertise?.();
    this.#cancelReadvertise = null;
    const socket = this.#socket;
    this.#socket = null;
    this.#setState({ kind: 'stopped' });
    socket?.end(1000, '');
    await this.#previousClosed;
  }

  request(method: string, params: unknown, options: RequestOptions = {}): Promise<unknown> {
    if (this.#state.kind === 'connected' && this.#socket) {
      return this.#socket.request(method, params, options);
    }
    const why = this.#state.kind === 'waiting' ? this.#state.why : this.#state.kind;
    return Promise.reject(
      new CompanionError('UNREACHABLE', `not connected to ${this.#options.url}: ${why}`),
    );
  }

  onEvent(listener: (frame: EventFrame) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  connected(signal?: AbortSignal): Promise<HelloOk> {
    return nextHello(this, signal);
  }

  advertise(advertisement: Advertisement): void {
    this.#advertisement = advertisement;
    this.#readvertiseIfChanged();
  }

  #dial(): void {
    const generation = ++this.#generation;
    this.#attempt += 1;
    this.#setState({ kind: 'connecting', attempt: this.#attempt });
    if (generation !== this.#generation) return;
    this.#previousClosed
      .then(() => this.#credentials.read())
      .then((credentials) => {
        if (generation === this.#generation) this.#open(generation, credentials);
      })
      .catch((error: unknown) => {
        if (generation === this.#generation) this.#wait(errorText(error), 0);
      });
  }

  #open(generation: number, credentials: Credentials): void {
    const mine = () => generation === this.#generation;
    const { clock, ids, log } = this.#deps;
    this.#socket = new GatewaySocket(this.#options.url, {
      clock,
      ids,
      log,
      connect: (challenge) => {
        this.#advertised = this.#advertisement;
        return connectParams(this.#options, this.#advertised, credentials, challenge);
      },
      onHello: (hello) => {
        if (mine()) this.#onHello(hello);
      },
      onEvent: (frame) => {
        if (mine()) this.#onEvent(frame);
      },
      onEnd: (ending) => {
        if (mine()) this.#onEnd(ending, credentials);
      },
    });
    this.#previousClosed = this.#socket.closed;
  }

  #onHello(hello: HelloOk): void {
    this.#attempt = 0;
    this.#backoff.reset();
    this.#restartExpectedMs = 0;
    const issued = hello.auth?.deviceToken;
    if (issued) this.#credentials.issued(issued);
    this.#setState({ kind: 'connected', hello });
    this.#readvertiseIfChanged();
  }

  #onEvent(frame: EventFrame): void {
    if (frame.event === 'shutdown') {
      const shutdown = shutdownEventSchema.safeParse(frame.payload);
      this.#restartExpectedMs = (shutdown.success && shutdown.data.restartExpectedMs) || 0;
    }
    this.#tell(this.#eventListeners, frame);
  }

  #onEnd(ending: SocketEnding, credentials: Credentials): void {
    this.#socket = null;
    this.#cancelReadvertise?.();
    this.#cancelReadvertise = null;
    const { refusal } = ending;
    if (refusal && credentials.stored && credentials.fallback && isCredentialRefusal(refusal)) {
      this.#credentials.refused(credentials.token);
      this.#dial();
      return;
    }
    this.#wait(ending.why, refusal?.retryAfterMs ?? this.#restartExpectedMs);
  }

  #wait(why: string, atLeastMs: number): void {
    const retryInMs = Math.max(this.#backoff.next(), Math.min(atLeastMs, longestPauseMs));
    this.#deps.log.info('gateway.link.down', { url: this.#options.url, why, retryInMs });
    this.#cancelRetry = this.#deps.clock.schedule(retryInMs, () => this.#dial());
    this.#setState({ kind: 'waiting', retryInMs, why });
  }

  /** The Gateway learns of new commands only at `connect` (node-commands §1.6). */
  #readvertiseIfChanged(): void {
    const changed = !sameAdvertisement(this.#advertised, this.#advertisement);
    if (this.#state.kind !== 'connected' || !changed || this.#cancelReadvertise) return;
    this.#cancelReadvertise = this.#deps.clock.schedule(advertiseDebounceMs, () => {
      this.#cancelReadvertise = null;
      if (sameAdvertisement(this.#advertised, this.#advertisement)) return;
      const socket = this.#socket;
      this.#socket = null;
      this.#dial();
      socket?.end(1000, 'advertisement changed');
    });
  }

  #setState(state: LinkState): void {
    this.#state = state;
    this.#tell(this.#stateListeners, state);
  }

  #tell<T>(listeners: ReadonlySet<(value: T) => void>, value: T): void {
    for (const listener of [...listeners]) {
      try {
        listener(value);
      } catch (error) {
        // A listener's defect must not take the connection down.
        this.#deps.log.error('gateway.link.listener', { error: errorText(error) });
      }
    }
  }
}
