import { errorText } from '#core/errors.ts';
import {
  emptyBook,
  inOrder,
  nextExpiry,
  type PairingBook,
  pairingKey,
  pairingLifeMs,
  sameBook,
  withList,
  without,
  withoutExpired,
  withRequest,
} from '#core/pairing/book.ts';
import {
  type PairingResolved,
  readPairingRequest,
  readPairingResolved,
} from '#core/pairing/requests.ts';
import type { PairingKind, PairingRequest } from '#core/pairing/types.ts';
import type { Cancel, Clock, Hasher, Logger } from '#core/ports.ts';
import type { EventFrame } from '#protocol/gateway-frames.ts';
import { createPairingLists, type PairingLists } from './pairing-lists.ts';
import type { GatewayLink } from './types.ts';

const kinds = ['device', 'node'] as const;

/** An event that is missing was dropped for us: what comes next may follow at once. */
const afterGapMs = 250;
/** Gaps are normal at some Gateways (gateway §2.1): looking again has to stay rare. */
const betweenGapsMs = 5_000;
/** Only while something waits (app-features §9). */
const reconcileMs = 15_000;

export interface PairingWatchDeps {
  readonly link: Pick<GatewayLink, 'state' | 'request' | 'onEvent' | 'onState'>;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly log: Logger;
  /** One that was on the list has been answered, here or elsewhere. */
  readonly onResolved: (request: PairingRequest, decision: PairingResolved['decision']) => void;
}

/**
 * Follows who wants to be let in, over the operator's connection (app-features §9): lists at every
 * connection, then events; it looks again after a gap, and now and then while something waits.
 */
export class PairingWatch {
  readonly #deps: PairingWatchDeps;
  readonly #lists: PairingLists;
  readonly #listeners = new Set<() => void>();
  readonly #unlisten: readonly Cancel[];
  #book: PairingBook = emptyBook;
  /** Ends with the connection that it looks over. */
  #looking: AbortController | null = null;
  /** For every list that is under way: keys that events told of meanwhile. */
  readonly #touched = new Set<Set<string>>();
  #lastSeq: number | null = null;
  #lastGapLookMs = Number.NEGATIVE_INFINITY;
  #cancelGap: Cancel | null = null;
  #cancelWatch: Cancel | null = null;
  #stopped = false;

  constructor(deps: PairingWatchDeps) {
    this.#deps = deps;
    this.#lists = createPairingLists(deps);
    const { link } = deps;
    this.#unlisten = [
      link.onEvent((frame) => this.#onEvent(frame)),
      link.onState(() => this.#onState()),
    ];
    this.#onState();
  }

  /** Oldest first. */
  list(): readonly PairingRequest[] {
    return inOrder(this.#book);
  }

  get(key: string): PairingRequest | undefined {
    return this.#book.get(key);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** It is over, whatever the Gateway says next. */
  drop(key: string): void {
    this.#change(without(this.#book, key));
  }

  /**
   * Asks the Gateway what is pending now.
   * @returns false for an answer that is no list.
   * @throws CompanionError of the link, or what the Gateway said.
   */
  async lookAgain(kind: PairingKind): Promise<boolean> {
    return this.#listed(kind, () => this.#lists.once(kind));
  }

  stop(): void {
    this.#stopped = true;
    for (const unlisten of this.#unlisten) unlisten();
    this.#looking?.abort();
    this.#cancelGap?.();
    this.#cancelWatch?.();
    this.#listeners.clear();
    this.#book = emptyBook;
  }

  #isConnected(): boolean {
    return this.#deps.link.state.kind === 'connected';
  }

  #onState(): void {
    this.#looking?.abort();
    this.#looking = null;
    this.#lastSeq = null;
    if (this.#isConnected()) this.#look();
    else this.#watch();
  }

  /** Asks for both lists; while that goes on, nothing else asks. */
  #look(): void {
    if (this.#looking || !this.#isConnected()) return;
    const looking = new AbortController();
    this.#looking = looking;
    const { signal } = looking;
    Promise.all(
      kinds.map((kind) =>
        this.#listed(kind, async () => {
          const list = await this.#lists.stubbornly(kind, signal);
          return signal.aborted ? null : list;
        }),
      ),
    )
      .catch((error: unknown) =>
        this.#deps.log.error('pairing.look.failed', { error: errorText(error) }),
      )
      .finally(() => {
        if (this.#looking !== looking) return;
        this.#looking = null;
        this.#watch();
      });
  }

  async #listed(kind: PairingKind, ask: () => ReturnType<PairingLists['once']>): Promise<boolean> {
    const touched = new Set<string>();
    this.#touched.add(touched);
    try {
      const list = await ask();
      if (list && !this.#stopped) {
        this.#change(withList(this.#book, kind, list.requests, touched));
      }
      return list !== null;
    } finally {
      this.#touched.delete(touched);
    }
  }

  /** The one timer, and only while something waits. */
  #watch(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    if (this.#stopped || this.#book.size === 0) return;
    const { clock } = this.#deps;
    const expiryMs = nextExpiry(this.#book, clock.now());
    const delayMs = this.#isConnected()
      ? Math.min(reconcileMs, expiryMs ?? reconcileMs)
      : Math.min(pairingLifeMs, expiryMs ?? 0);
    this.#cancelWatch = clock.schedule(delayMs, () => {
      if (this.#isConnected()) this.#look();
      else this.#change(withoutExpired(this.#book, clock.now()));
    });
  }

  #onEvent({ event, payload, seq }: EventFrame): void {
    this.#followSeq(seq);
    for (const kind of kinds) {
      if (event === `${kind}.pair.requested`) this.#onRequested(kind, payload);
      else if (event === `${kind}.pair.resolved`) this.#onResolved(kind, payload);
    }
  }

  #followSeq(seq: number | undefined): void {
    if (seq === undefined) return;
    const missed = this.#lastSeq !== null && seq > this.#lastSeq + 1;
    this.#lastSeq = seq;
    if (!missed || this.#cancelGap) return;
    const { clock } = this.#deps;
    const sinceMs = clock.now() - this.#lastGapLookMs;
    this.#cancelGap = clock.schedule(Math.max(afterGapMs, betweenGapsMs - sinceMs), () => {
      this.#cancelGap = null;
      this.#lastGapLookMs = clock.now();
      this.#look();
    });
  }

  #onRequested(kind: PairingKind, payload: unknown): void {
    const { hasher, log } = this.#deps;
    const request = readPairingRequest(kind, payload, hasher);
    if (request === null) {
      log.warn('pairing.entries.refused', { kind, refused: 1 });
      return;
    }
    const { requestId } = request;
    this.#touch(pairingKey(kind, requestId));
    log.info('pairing.requested', { kind, requestId });
    this.#change(withRequest(this.#book, request));
  }

  #onResolved(kind: PairingKind, payload: unknown): void {
    const resolved = readPairingResolved(payload);
    if (resolved === null) return;
    const key = pairingKey(kind, resolved.requestId);
    this.#touch(key);
    // What was let in without a question was never on the list.
    const request = this.#book.get(key);
    if (request === undefined) return;
    this.#deps.onResolved(request, resolved.decision);
    this.drop(key);
  }

  #touch(key: string): void {
    for (const touched of this.#touched) touched.add(key);
  }

  #change(book: PairingBook): void {
    const isSame = sameBook(this.#book, book);
    this.#book = book;
    this.#watch();
    if (isSame) return;
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        // What was answered is answered, whoever could not draw that.
        this.#deps.log.error('pairing.listener.failed', { error: errorText(error) });
      }
    }
  }
}
