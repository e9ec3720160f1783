import { CompanionError, errorText } from '#core/errors.ts';
import type { AuditEntry, AuditLog, Cancel, Clock, Logger } from '#core/ports.ts';
import type { ApprovalState } from '#ipc/approvals.ts';
import type { Snapshot } from '#ipc/contract.ts';
import { type StatusFacts, type StatusParts, shownStatus } from './shown-status.ts';

export interface SnapshotsDeps {
  /** {@link WindowPresenter.state}. */
  readonly approvals: () => ApprovalState;
  /** @throws CompanionError UNAVAILABLE until the companion has started. */
  readonly status: () => StatusFacts;
  readonly audit: Pick<AuditLog, 'query'>;
  /** Commands that run now. */
  readonly running: () => number;
  /** The approval window cannot be shown. */
  readonly isWindowBroken: () => boolean;
  /** What goes on. */
  readonly activity: () => StatusParts['activity'];
  /** Devices and nodes that want to be let in. */
  readonly pairing: () => Snapshot['pairing'];
  /** What the settings window and the toast show. */
  readonly shown: () => Pick<Snapshot, 'section' | 'toast'>;
  readonly marks: () => Snapshot['marks'];
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Whole state of all pages; made anew after an event, never by looking again and again. */
export interface Snapshots {
  /** Includes everything that has happened; `nowMs` is this moment. */
  current(): Snapshot;
  /** Something a person looks at has changed: told within this turn, once for many changes. */
  changed(): void;
  /** Something was decided or ended without a person: told soon, a few times a second at most. */
  decided(): void;
  /** Called with every new snapshot; returns the function that stops it. */
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
  close(): void;
}

/** Busy agents run hundreds of allowed commands a second; nobody reads that fast. */
const decidedDelayMs = 250;

const recentRows = 5;

/** A clock that was set back must not make us look again at once, for ever. */
const shortestPauseMs = 1_000;

export function createSnapshots(deps: SnapshotsDeps): Snapshots {
  return new LiveSnapshots(deps);
}

class LiveSnapshots implements Snapshots {
  readonly #deps: SnapshotsDeps;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  #latest: Snapshot | null = null;
  #due: { readonly atMs: number; readonly cancel: Cancel } | null = null;
  #cancelPauseEnd: Cancel = () => undefined;
  #closed = false;

  constructor(deps: SnapshotsDeps) {
    this.#deps = deps;
  }

  current(): Snapshot {
    const latest = this.#due === null && this.#latest ? this.#latest : this.#renew();
    return { ...latest, nowMs: this.#deps.clock.now() };
  }

  changed(): void {
    this.#renewIn(0);
  }

  decided(): void {
    this.#renewIn(decidedDelayMs);
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.#due?.cancel();
    this.#cancelPauseEnd();
    this.#listeners.clear();
  }

  #renewIn(delayMs: number): void {
    const { clock } = this.#deps;
    const atMs = clock.now() + delayMs;
    if (this.#closed || (this.#due && this.#due.atMs <= atMs)) return;
    this.#due?.cancel();
    this.#due = { atMs, cancel: clock.schedule(delayMs, () => this.#renew()) };
  }

  #renew(): Snapshot {
    this.#due?.cancel();
    this.#due = null;
    const deps = this.#deps;
    const approvals = deps.approvals();
    const pairing = deps.pairing();
    const status = this.#status();
    const snapshot: Snapshot = {
      revision: (this.#latest?.revision ?? 0) + 1,
      nowMs: deps.clock.now(),
      approvals,
      pairing,
      status: shownStatus({
        version: deps.version,
        status,
        waiting: approvals.waiting.length,
        pairing: pairing.waiting.length,
        isWindowBroken: deps.isWindowBroken(),
        running: deps.running(),
        activity: deps.activity(),
        recent: this.#recent(),
      }),
      ...deps.shown(),
      marks: deps.marks(),
    };
    this.#latest = snapshot;
    this.#watchPauses(status);
    this.#tell(snapshot);
    return snapshot;
  }

  #tell(snapshot: Snapshot): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(snapshot);
      } catch (error) {
        // A window that is just going away must not keep the others from the news.
        this.#deps.log.error('snapshot.listener.failed', { error: errorText(error) });
      }
    }
  }

  #status(): StatusFacts | null {
    try {
      return this.#deps.status();
    } catch (error) {
      if (error instanceof CompanionError && error.code === 'UNAVAILABLE') return null;
      throw error;
    }
  }

  #recent(): readonly AuditEntry[] {
    try {
      return this.#deps.audit.query({ limit: recentRows, decisionsOnly: true });
    } catch (error) {
      // History that cannot be read must not hide what waits for an answer.
      this.#deps.log.warn('snapshot.history.failed', { error: errorText(error) });
      return [];
    }
  }

  /** A pause that runs out makes no event. */
  #watchPauses(status: StatusFacts | null): void {
    this.#cancelPauseEnd();
    this.#cancelPauseEnd = () => undefined;
    const ends = (status?.pausedAgents ?? []).map(({ untilMs }) => untilMs);
    if (this.#closed || ends.length === 0) return;
    const { clock } = this.#deps;
    const leftMs = Math.max(shortestPauseMs, Math.min(...ends) - clock.now());
    this.#cancelPauseEnd = clock.schedule(leftMs, () => this.#renewIn(0));
  }
}
