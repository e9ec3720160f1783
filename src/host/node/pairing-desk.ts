import type { DecidedBy } from '#core/approvals/types.ts';
import { CompanionError, errorText } from '#core/errors.ts';
import { pairingMessages } from '#core/messages-pairing.ts';
import { pairingKey } from '#core/pairing/book.ts';
import type {
  PairingAnswer,
  PairingDesk,
  PairingRequest,
  PairingResult,
} from '#core/pairing/types.ts';
import type { AuditLog, Ids, Notifier } from '#core/ports.ts';
import { pairingRow } from '#host/audit/connection-rows.ts';
import { pairingTimeoutMs } from './pairing-lists.ts';
import { PairingWatch, type PairingWatchDeps } from './pairing-watch.ts';

/** A Gateway that says without end that somebody answered must not fill the screen (S26). */
const betweenNewsMs = 5_000;

export interface PairingDeskDeps extends Omit<PairingWatchDeps, 'onResolved'> {
  readonly audit: Pick<AuditLog, 'record'>;
  readonly notifier: Notifier;
  readonly ids: Ids;
}

export interface OpenPairingDesk extends PairingDesk {
  /** From here on nothing is answered any more, whatever was on its way. */
  stop(): void;
}

/** Answers for a person, and says when somebody else was faster (app-features §9). */
export function openPairingDesk(deps: PairingDeskDeps): OpenPairingDesk {
  return new Desk(deps);
}

class Desk implements OpenPairingDesk {
  readonly #deps: PairingDeskDeps;
  readonly #watch: PairingWatch;
  /** Keys that we are answering: their end is no news. */
  readonly #answering = new Set<string>();
  #lastNewsMs = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(deps: PairingDeskDeps) {
    this.#deps = deps;
    this.#watch = new PairingWatch({
      ...deps,
      onResolved: (request, decision) => {
        const isOurs = this.#answering.has(pairingKey(request.kind, request.requestId));
        if (!isOurs) this.#notify(request, decision);
      },
    });
  }

  list(): readonly PairingRequest[] {
    return this.#watch.list();
  }

  onChange(listener: () => void): () => void {
    return this.#watch.onChange(listener);
  }

  stop(): void {
    this.#stopped = true;
    this.#watch.stop();
  }

  async decide(answer: PairingAnswer, by: DecidedBy): Promise<PairingResult> {
    this.#requireRunning();
    const key = pairingKey(answer.kind, answer.requestId);
    const shown = this.#watch.get(key);
    if (!shown || this.#answering.has(key)) return 'gone';
    if (shown.digest !== answer.digest) return 'changed';
    this.#answering.add(key);
    try {
      return await this.#decideNow(answer, key, by);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      this.#watch.drop(key);
      return 'gone';
    } finally {
      this.#answering.delete(key);
    }
  }

  /** Between what was shown and the answer it may have become something else: looks once more. */
  async #decideNow(answer: PairingAnswer, key: string, by: DecidedBy): Promise<PairingResult> {
    const isList = await this.#watch.lookAgain(answer.kind);
    this.#requireRunning();
    if (!isList) throw new CompanionError('UNAVAILABLE', pairingMessages.unreadable);
    const pending = this.#watch.get(key);
    if (!pending) return 'gone';
    if (pending.digest !== answer.digest) return 'changed';
    await this.#send(pending, answer.decision, by);
    this.#watch.drop(key);
    return 'done';
  }

  async #send(
    request: PairingRequest,
    decision: PairingAnswer['decision'],
    by: DecidedBy,
  ): Promise<void> {
    const { link, audit, clock, ids, log } = this.#deps;
    const { kind, requestId } = request;
    const { confirmed, unconfirmed } = pairingMessages.audit;
    const note = (reason: string): void => {
      const deed = { by, atMs: clock.now(), requestId: ids.uuid() };
      audit.record(pairingRow(request, decision, reason, deed));
    };
    try {
      const options = { timeoutMs: pairingTimeoutMs };
      await link.request(`${kind}.pair.${decision}`, { requestId }, options);
    } catch (error) {
      // Without an answer it may have happened all the same: history must not be silent about it.
      if (mayHaveHappened(error)) note(unconfirmed(errorText(error)));
      throw error;
    }
    note(confirmed);
    log.info('pairing.answered', { kind, decision, requestId });
  }

  #requireRunning(): void {
    if (this.#stopped) throw new CompanionError('UNAVAILABLE', pairingMessages.stopping);
  }

  #notify(request: PairingRequest, decision: 'approved' | 'rejected'): void {
    const sinceMs = this.#deps.clock.now() - this.#lastNewsMs;
    // Not below zero: then the clock was set back.
    if (sinceMs >= 0 && sinceMs < betweenNewsMs) return;
    this.#lastNewsMs = this.#deps.clock.now();
    const { title, body } = pairingMessages.elsewhere;
    const text = { title: title(request.kind, decision), body: body(request) };
    this.#deps.notifier
      .notify({ ...text, sound: null, priority: 'active' })
      .catch((error: unknown) => {
        // The list is right without it.
        this.#deps.log.debug('pairing.notification.failed', { error: errorText(error) });
      });
  }
}

function isUnknown(error: unknown): boolean {
  return (
    error instanceof CompanionError &&
    error.code === 'INVALID_REQUEST' &&
    /unknown requestid/i.test(error.message)
  );
}

function mayHaveHappened(error: unknown): boolean {
  return (
    error instanceof CompanionError && (error.code === 'TIMEOUT' || error.code === 'UNREACHABLE')
  );
}
