import { dirname } from 'node:path';
import { CompanionError, errorText } from '#core/errors.ts';
import type { HeldPolicy } from '#core/policy/held-policy.ts';
import { createPolicyState, type PolicyState } from '#core/policy/policy-state.ts';
import type { PolicySnapshot } from '#core/policy/types.ts';
import type { Clock, Hasher, Ids, Logger } from '#core/ports.ts';
import { type ApprovalsFile, approvalsText, readApprovals } from './approvals-file.ts';
import { type ConfirmedRecord, createConfirmedRecord } from './confirmed-policy.ts';
import { withFileLock } from './file-lock.ts';
import { editFields, firstPolicy } from './first-policy.ts';
import { writePrivateFile } from './private-file.ts';
import { removeLeftovers } from './replace-file.ts';
import { createSerialQueue } from './serial-queue.ts';
import { ensurePrivateDir } from './state-dir.ts';
import { watchFile } from './watch-file.ts';

export interface LivePolicyDeps {
  /** `exec-approvals.json` of our own state directory, never of OpenClaw's (D3). */
  readonly path: string;
  /** Written into a document that names no socket. */
  readonly socketPath: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly log: Logger;
}

const tokenBytes = 24;

/**
 * The policy in memory and its two files, kept in step: `exec-approvals.json`, which anybody may
 * edit, and the record of what of it is in force.
 */
export class LivePolicy {
  readonly state: PolicyState;
  readonly #deps: LivePolicyDeps;
  readonly #queue = createSerialQueue();
  readonly #listeners = new Set<(snapshot: PolicySnapshot) => void>();
  readonly #unknownToken: string;
  readonly #confirmed: ConfirmedRecord;
  #stopWatching: readonly (() => void)[] = [];
  #lookQueued = false;
  #closed = false;

  constructor(deps: LivePolicyDeps) {
    this.#deps = deps;
    this.state = createPolicyState(deps);
    this.#unknownToken = deps.ids.token(tokenBytes);
    this.#confirmed = createConfirmedRecord(deps.path);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async open(): Promise<void> {
    const { path, log } = this.#deps;
    ensurePrivateDir(dirname(path));
    await this.#locked(() => this.#start());
    // Edits are then seen only before the next write.
    const failed = (error: unknown) => log.warn('policy.watch.failed', { error: errorText(error) });
    this.#stopWatching = [
      watchFile(path, { event: () => this.#queueLook(), failed }),
      watchFile(this.#confirmed.path, { event: () => this.#keepRecord(), failed }),
    ];
    // What happened between the read and the watch.
    this.#queueLook();
  }

  stopWatching(): void {
    for (const stop of this.#stopWatching) stop();
  }

  /** Waits for what is under way; every later change is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.run(() => this.#putRecordBack()).catch(this.#syncFailed);
  }

  token(): string {
    return this.state.held()?.inForce.socket?.token ?? this.#unknownToken;
  }

  onChange(listener: (snapshot: PolicySnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * One change: in turn, with the file lock, on fresh facts.
   * @throws CompanionError STATE when nothing may be changed; UNAVAILABLE as {@link withFileLock}.
   */
  update<T>(change: (held: HeldPolicy) => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      if (this.#closed) throw new CompanionError('STATE', 'the approvals store is closed');
      return await this.#locked(async () => {
        if (await this.#look()) await this.#record();
        const held = this.state.held();
        if (held !== null) return await change(held);
        throw new CompanionError('STATE', this.state.problem() ?? 'the policy is unusable');
      });
    });
  }

  /** To be called within {@link update}. Durable when it resolves. */
  async write(held: HeldPolicy, text = approvalsText(held.onDisk)): Promise<void> {
    await this.#put(held, text);
    this.#tell();
  }

  async #start(): Promise<void> {
    const { path, socketPath, ids } = this.#deps;
    await removeLeftovers([path, this.#confirmed.path]);
    const socket = { path: socketPath, token: ids.token(tokenBytes) };
    const first = await firstPolicy({ ...this.#deps, socket });
    if (first.kind === 'unusable') {
      this.#deny(first.file, first.file.problem, first.lastGood);
    } else if (first.raw === null) {
      await this.#put(first.held, approvalsText(first.held.onDisk));
    } else {
      this.state.accept(first.raw, first.held);
      if (first.isRecorded) this.#confirmed.adopt();
      else await this.#remember();
    }
  }

  #locked<T>(task: () => Promise<T>): Promise<T> {
    return withFileLock(this.#deps.path, this.#deps.clock, task);
  }

  /**
   * The record first: after a crash in between, the old document is an edit of the new policy, and
   * only what both allow is in force. Nothing that was acknowledged gets lost.
   */
  async #put(held: HeldPolicy, text: string): Promise<void> {
    const { path, hasher } = this.#deps;
    const hash = hasher.sha256Hex(text);
    await this.#confirmed.write({ hash, document: held.inForce });
    if (text !== this.state.raw()) await writePrivateFile(path, text);
    this.state.accept(text, held);
  }

  /** Writes down what is in force now, after an edit from outside. */
  async #record(): Promise<void> {
    const held = this.state.held();
    if (held !== null) await this.#put(held, this.state.raw() ?? '');
  }

  async #remember(): Promise<void> {
    try {
      await this.#record();
    } catch (error) {
      // What is in force is right in memory; the next start looks at the same edit again.
      this.#deps.log.error('policy.confirmed.not-written', { error: errorText(error) });
    }
  }

  /** Our own writes are events too, and find nothing to do. */
  #keepRecord(): void {
    if (this.#closed || this.#confirmed.isOurs()) return;
    this.#queue.run(() => this.#putRecordBack()).catch(this.#syncFailed);
  }

  /** A record that somebody else wrote would make their policy the one of the next start (S17). */
  async #putRecordBack(): Promise<void> {
    if (this.state.held() === null || this.#confirmed.isOurs()) return;
    this.#deps.log.error('policy.confirmed.edited-outside', { path: this.#confirmed.path });
    await this.#locked(() => this.#remember());
  }

  readonly #syncFailed = (error: unknown): void => {
    this.#deps.log.error('policy.sync.failed', { error: errorText(error) });
  };

  #queueLook(): void {
    if (this.#lookQueued || this.#closed) return;
    this.#lookQueued = true;
    const done = this.#queue.run(async () => {
      this.#lookQueued = false;
      // What narrows is in force before anybody is waited for.
      if (await this.#look()) await this.#locked(() => this.#remember());
    });
    done.catch(this.#syncFailed);
  }

  /** Takes over what someone else did to the file; says whether a policy came of it. */
  async #look(): Promise<boolean> {
    const { path, ids, log } = this.#deps;
    const file = await readApprovals(path, ids);
    const known = this.state.problem();
    if (file.kind === 'usable') {
      if (file.raw === this.state.raw() && known === null) return false;
      this.state.takeOver(file.raw, file.document);
      log.warn('policy.edited-outside', editFields(path, this.state.held()?.unconfirmed ?? []));
    } else {
      const gone = `${path} was removed. Nothing runs until it is back or the companion restarts.`;
      const problem = file.kind === 'unusable' ? file.problem : gone;
      if (problem === known && file.raw === this.state.raw()) return false;
      this.#deny(file, problem);
    }
    this.#tell();
    return file.kind === 'usable';
  }

  #deny(file: ApprovalsFile, problem: string, lastGood?: HeldPolicy): void {
    this.#deps.log.error('policy.unusable', { problem });
    this.state.deny({ raw: file.raw, exists: file.kind !== 'missing' }, problem, lastGood);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.state.snapshot());
      } catch (error) {
        // A listener's defect must not undo a write that is already durable.
        this.#deps.log.error('policy.listener.failed', { error: errorText(error) });
      }
    }
  }
}
