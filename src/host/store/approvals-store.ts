import { dirname } from 'node:path';
import { CompanionError, errorText } from '#core/errors.ts';
import { keepSocket, parseDocument } from '#core/policy/document.ts';
import {
  changePolicy,
  findRule,
  type HeldPolicy,
  holdPolicy,
  type RuleUse,
  withRule,
  withUses,
} from '#core/policy/held-policy.ts';
import { createPolicyState, type PolicyState } from '#core/policy/policy-state.ts';
import { builtInScalars } from '#core/policy/resolve.ts';
import type { PolicySnapshot, ProposedRule, ResolvedPolicy } from '#core/policy/types.ts';
import type { Clock, Hasher, Ids, Logger, PolicyStore } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import {
  type ApprovalsFile,
  incomingText,
  readApprovals,
  requireBase,
  writeApprovals,
} from './approvals-file.ts';
import { createSerialQueue } from './serial-queue.ts';
import { ensurePrivateDir } from './state-dir.ts';
import { createUseNotes, type UseNotes } from './use-notes.ts';
import { watchFile } from './watch-file.ts';

export interface PolicyStoreDeps {
  /** `exec-approvals.json` of our own state directory, never of OpenClaw's (D3). */
  readonly path: string;
  /** Written into a document that names no socket. */
  readonly socketPath: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly log: Logger;
}

/** The store of a running companion: the one writer of its approvals document. */
export interface CompanionPolicyStore extends PolicyStore {
  /** Secret of the exec socket. One that nobody knows while the document is unusable. */
  token(): string;
  /** What an edit from outside would allow beyond what is in force; empty when nothing waits. */
  unconfirmed(): readonly string[];
  /** Told after every change of what `current` returns. Returns the detach function. */
  onChange(listener: (snapshot: PolicySnapshot) => void): () => void;
  /** Writes what is still to be noted and stops watching. */
  close(): Promise<void>;
}

/**
 * Opens the approvals document, or makes a fresh one. A document that cannot be used is left as it
 * is, and everything is denied (D5, S16).
 *
 * Edits from outside, seen through the folder's events and again before every write:
 * - an edit that allows no more than before is in force at once;
 * - of any other only the narrowing part is in force; the file keeps the edit, `unconfirmed` says
 *   what waits, `replace` or a restart of the companion settles it (S17);
 * - a file that turns malformed, unsafe or disappears denies everything until it is good again;
 * - the socket token in force never changes this way.
 */
export async function openPolicyStore(deps: PolicyStoreDeps): Promise<CompanionPolicyStore> {
  const store = new ApprovalsStore(deps);
  await store.open();
  return store;
}

const tokenBytes = 24;

class ApprovalsStore implements CompanionPolicyStore {
  readonly #deps: PolicyStoreDeps;
  readonly #state: PolicyState;
  readonly #uses: UseNotes;
  readonly #queue = createSerialQueue();
  readonly #listeners = new Set<(snapshot: PolicySnapshot) => void>();
  readonly #unknownToken: string;
  #stopWatching = (): void => {};
  #syncQueued = false;
  #closed = false;

  constructor(deps: PolicyStoreDeps) {
    this.#deps = deps;
    this.#state = createPolicyState(deps);
    this.#uses = createUseNotes(deps.clock, (uses) => this.#noteUses(uses));
    this.#unknownToken = deps.ids.token(tokenBytes);
  }

  async open(): Promise<void> {
    const { path, ids, log } = this.#deps;
    ensurePrivateDir(dirname(path));
    const file = await readApprovals(path, ids);
    if (file.kind === 'unusable') this.#deny(file, file.problem);
    else await this.#adopt(file);
    this.#stopWatching = watchFile(path, {
      event: () => this.#queueSync(),
      // Edits are then seen only before the next write.
      failed: (error) => log.warn('policy.watch.failed', { error: errorText(error) }),
    });
    // What happened between the read and the watch.
    this.#queueSync();
  }

  current(): PolicySnapshot {
    return this.#state.snapshot();
  }

  resolve(agentId: string | null): ResolvedPolicy {
    return this.#state.resolve(agentId);
  }

  addRule(agentId: string, rule: ProposedRule): Promise<string> {
    return this.#queue.run(async () => {
      const held = await this.#ready();
      const id = findRule(held.onDisk, agentId, rule)?.id ?? this.#deps.ids.uuid();
      const made = { id, atMs: Math.floor(this.#deps.clock.now()) };
      await this.#write(changePolicy(held, (doc) => withRule(doc, agentId, rule, made)));
      return id;
    });
  }

  recordUse(ruleId: string, resolvedPath: string): void {
    if (!this.#closed) this.#uses.add(ruleId, resolvedPath);
  }

  replace(document: ApprovalsDocument, baseHash: string | null): Promise<PolicySnapshot> {
    return this.#queue.run(async () => {
      const held = await this.#ready();
      requireBase(baseHash, this.current().hash);
      const parsed = parseDocument(incomingText(held.inForce, document), this.#deps.ids);
      if (!parsed.ok) {
        throw new CompanionError('INVALID_REQUEST', `the approvals document ${parsed.problem}`);
      }
      await this.#write(holdPolicy(keepSocket(parsed.document, held.inForce)));
      return this.current();
    });
  }

  token(): string {
    return this.#state.held()?.inForce.socket?.token ?? this.#unknownToken;
  }

  unconfirmed(): readonly string[] {
    return this.#state.held()?.unconfirmed ?? [];
  }

  onChange(listener: (snapshot: PolicySnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#stopWatching();
    await this.#uses.flush();
    this.#closed = true;
    await this.#queue.run(async () => {});
  }

  /** First use of a good or missing file; written only when socket, ids or mode had to be mended. */
  async #adopt(file: Extract<ApprovalsFile, { kind: 'usable' | 'missing' }>): Promise<void> {
    const { path, socketPath, ids } = this.#deps;
    const found: ApprovalsDocument =
      file.kind === 'usable'
        ? file.document
        : { version: 1, defaults: { ...builtInScalars }, agents: {} };
    const filler = { path: socketPath, token: ids.token(tokenBytes) };
    const document = keepSocket(found, { version: 1, socket: filler });
    const whole = found.socket?.path !== undefined && found.socket.token !== undefined;
    const asFound = file.kind === 'usable' && whole && !file.mend;
    const raw = asFound ? file.raw : await writeApprovals(path, document);
    this.#state.accept(raw, holdPolicy(document));
  }

  /** Fresh facts before a change. @throws CompanionError STATE when nothing may be changed. */
  async #ready(): Promise<HeldPolicy> {
    if (this.#closed) throw new CompanionError('STATE', 'the approvals store is closed');
    await this.#sync();
    const held = this.#state.held();
    if (held !== null) return held;
    throw new CompanionError('STATE', this.#state.problem() ?? 'the policy is unusable');
  }

  async #write(held: HeldPolicy): Promise<void> {
    const raw = await writeApprovals(this.#deps.path, held.onDisk, this.#state.raw());
    this.#state.accept(raw, held);
    this.#tell();
  }

  async #noteUses(uses: ReadonlyMap<string, RuleUse>): Promise<void> {
    try {
      await this.#queue.run(async () => {
        await this.#write(changePolicy(await this.#ready(), (doc) => withUses(doc, uses)));
      });
    } catch (error) {
      // Best effort by contract: a use that is not noted changes no decision.
      this.#deps.log.warn('policy.use.not-noted', { error: errorText(error) });
    }
  }

  #queueSync(): void {
    if (this.#syncQueued || this.#closed) return;
    this.#syncQueued = true;
    const look = this.#queue.run(async () => {
      this.#syncQueued = false;
      await this.#sync();
    });
    look.catch((error: unknown) => {
      this.#deps.log.error('policy.sync.failed', { error: errorText(error) });
    });
  }

  /** Looks at the file and takes over what someone else did to it. */
  async #sync(): Promise<void> {
    const { path, ids, log } = this.#deps;
    const file = await readApprovals(path, ids);
    const known = this.#state.problem();
    if (file.kind === 'usable') {
      if (file.raw === this.#state.raw() && known === null) return;
      this.#state.takeOver(file.raw, file.document);
      log.warn('policy.edited-outside', { path, notInForce: this.unconfirmed() });
    } else {
      const gone = `${path} was removed. Nothing runs until it is back or the companion restarts.`;
      const problem = file.kind === 'unusable' ? file.problem : gone;
      if (problem === known && file.raw === this.#state.raw()) return;
      this.#deny(file, problem);
    }
    this.#tell();
  }

  #deny(file: ApprovalsFile, problem: string): void {
    this.#deps.log.error('policy.unusable', { problem });
    this.#state.deny({ raw: file.raw, exists: file.kind !== 'missing' }, problem);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.current());
      } catch (error) {
        // A listener's defect must not undo a write that is already durable.
        this.#deps.log.error('policy.listener.failed', { error: errorText(error) });
      }
    }
  }
}
