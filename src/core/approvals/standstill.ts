import { longestTimerMs } from '#core/deadline.ts';
import { CompanionError, errorText } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Cancel, Clock, Logger } from '#core/ports.ts';
import { maxPauseMs } from '#protocol/control-socket.ts';
import type { DecidedBy, Standstill, StandstillSwitch } from './types.ts';

/** Where a standstill outlives the program. Only deeds of a person are kept, in their order. */
export interface StandstillStore {
  /** Null: everything may go on. @throws CompanionError when it cannot be kept. */
  save(standstill: Standstill | null): Promise<void>;
}

/** What is kept: a standstill or none, or something that nobody can read. */
export type KeptStandstill =
  | { readonly standstill: Standstill | null }
  | { readonly unreadable: string };

/** A standstill that somebody began or ended; one that runs out is told by its `untilMs`. */
export interface StandstillChange {
  readonly kind: 'begun' | 'ended';
  readonly standstill: Standstill;
  readonly by: DecidedBy;
  readonly atMs: number;
}

export interface StandstillBook extends StandstillSwitch {
  /** One sentence: what is wrong with keeping it over a restart; null when nothing is. */
  problem(): string | null;
  /** Resolves when the last change is kept, or could not be ({@link StandstillBook.problem}). */
  kept(): Promise<void>;
  /** Takes over what is kept; for a program that stands still when another one says so. */
  adopt(kept: KeptStandstill): void;
  /** Lets go of timer and listeners; what holds stays as it is. */
  close(): Promise<void>;
}

export interface StandstillDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: StandstillStore;
  readonly kept: KeptStandstill;
  /** Told before listeners are, for the audit. */
  readonly record: (change: StandstillChange) => void;
}

/** Its `by` where nobody can be named. */
const ourselves: DecidedBy = { surface: 'companion', who: null };

/**
 * The switch that makes everything stand still. It holds at once and in memory; keeping it comes
 * after. While it cannot be read, everything stands still until a person says otherwise: a damaged
 * file must not let agents run again (S16).
 */
export function createStandstill(deps: StandstillDeps): StandstillBook {
  const book = new Book(deps);
  book.adopt(deps.kept);
  return book;
}

class Book implements StandstillBook {
  readonly #deps: StandstillDeps;
  readonly #listeners = new Set<() => void>();
  #standstill: Standstill | null = null;
  #problem: string | null = null;
  #kept: Promise<void> = Promise.resolve();
  #saves = 0;
  #cancelEnd: Cancel = () => undefined;
  #closed = false;

  constructor(deps: StandstillDeps) {
    this.#deps = deps;
  }

  current(): Standstill | null {
    const standstill = this.#standstill;
    if (!standstill) return null;
    const { sinceMs, untilMs } = standstill;
    const nowMs = this.#deps.clock.now();
    if (untilMs === null) return standstill;
    if (nowMs >= untilMs) {
      this.#deps.log.info('standstill.over', { untilMs });
      this.#set(null);
      return null;
    }
    if (nowMs >= sinceMs) return standstill;
    // The clock was set back: it counts from now, so that it neither ends early nor lasts for hours.
    this.#standstill = { ...standstill, sinceMs: nowMs, untilMs: nowMs + (untilMs - sinceMs) };
    this.#watch();
    return this.#standstill;
  }

  begin(forMs: number | null, by: DecidedBy): void {
    // Written so that NaN is no time.
    if (forMs !== null && !(forMs > 0 && forMs <= maxPauseMs)) {
      throw new CompanionError('INVALID_REQUEST', messages.standstill.noTime);
    }
    const sinceMs = this.#deps.clock.now();
    const untilMs = forMs === null ? null : sinceMs + Math.ceil(forMs);
    const standstill = { by, sinceMs, untilMs };
    this.#save(standstill);
    this.#record('begun', standstill, by);
    this.#set(standstill);
  }

  end(by: DecidedBy): void {
    const standstill = this.current();
    if (!standstill) return;
    this.#save(null);
    this.#record('ended', standstill, by);
    this.#set(null);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  problem(): string | null {
    return this.#problem;
  }

  kept(): Promise<void> {
    return this.#kept;
  }

  adopt(kept: KeptStandstill): void {
    const { clock, log } = this.#deps;
    if (!('unreadable' in kept)) {
      this.#problem = null;
      this.#set(kept.standstill);
      return;
    }
    const problem = messages.standstill.unreadable(kept.unreadable);
    if (problem === this.#problem) return;
    this.#problem = problem;
    log.error('standstill.unreadable', { error: kept.unreadable });
    const standstill = { by: ourselves, sinceMs: clock.now(), untilMs: null };
    this.#record('begun', standstill, ourselves);
    this.#set(standstill);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelEnd();
    this.#listeners.clear();
    await this.#kept;
  }

  #set(standstill: Standstill | null): void {
    this.#standstill = standstill;
    this.#watch();
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        // Whoever draws it must not keep the others from hearing of it.
        this.#deps.log.error('standstill.listener.failed', { error: errorText(error) });
      }
    }
  }

  #record(kind: StandstillChange['kind'], standstill: Standstill, by: DecidedBy): void {
    const { clock, log, record } = this.#deps;
    log.info(`standstill.${kind}`, { untilMs: standstill.untilMs, by: by.surface });
    record({ kind, standstill, by, atMs: clock.now() });
  }

  /** The last one decides what the problem is: an earlier failure says nothing about now. */
  #save(standstill: Standstill | null): void {
    const { store, log } = this.#deps;
    this.#saves += 1;
    const save = this.#saves;
    const done = (problem: string | null) => {
      if (save !== this.#saves || problem === this.#problem) return;
      this.#problem = problem;
      this.#tell();
    };
    this.#kept = store.save(standstill).then(
      () => done(null),
      (error: unknown) => {
        log.error('standstill.not-kept', { error: errorText(error) });
        done(messages.standstill.notKept(standstill !== null, errorText(error)));
      },
    );
  }

  #watch(): void {
    this.#cancelEnd();
    const untilMs = this.#standstill?.untilMs ?? null;
    if (this.#closed || untilMs === null) return;
    const { clock } = this.#deps;
    const leftMs = Math.max(0, untilMs - clock.now());
    this.#cancelEnd = clock.schedule(Math.min(leftMs, longestTimerMs), () => {
      // Too early when it is far away, or when the clock was set back.
      if (this.current()) this.#watch();
    });
  }
}
