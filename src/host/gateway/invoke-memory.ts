import { CompanionError } from '#core/errors.ts';
import type { Cancel, Clock, Hasher } from '#core/ports.ts';
import type { InvokeCall, InvokeOutcome } from './invocations.ts';

/** Makes idempotency keys of `node.invoke` mean what they say: one key, one call (issue 2 §3). */
export interface InvokeMemory {
  /**
   * Starts a call, unless the same one is under way or was answered under this key: then its
   * outcome. What `start` refuses to send is not remembered and may be tried again.
   * @throws CompanionError INVALID_REQUEST when the key was used for a different call.
   */
  once<R extends object>(
    scope: string,
    call: InvokeCall & { readonly idempotencyKey: string },
    start: () => Promise<InvokeOutcome> | R,
  ): Promise<InvokeOutcome> | R;
  stop(): void;
}

export interface InvokeMemoryLimits {
  /** Kept this long after the answer. */
  readonly keepMs: number;
  /** Answers kept; the oldest goes first. Calls under way are bounded by `Invocations`. */
  readonly maxAnswers: number;
  /** Characters of kept answers in all. */
  readonly maxChars: number;
}

const defaults: InvokeMemoryLimits = {
  keepMs: 5 * 60_000,
  maxAnswers: 4096,
  maxChars: 4 * 1024 * 1024,
};

/** Parameters up to this length are compared as they are, longer ones by digest. */
const plainParamsChars = 256;

interface Entry {
  readonly nodeId: string;
  readonly command: string;
  readonly params: string | null;
  readonly outcome: Promise<InvokeOutcome>;
  /** Both 0 while the call is under way. */
  chars: number;
  untilMs: number;
}

export function createInvokeMemory(
  deps: { readonly clock: Clock; readonly hasher: Hasher },
  limits: InvokeMemoryLimits = defaults,
): InvokeMemory {
  const flying = new Map<string, Entry>();
  /** In the order of their answers, so the first is always the one to go. */
  const answered = new Map<string, Entry>();
  let chars = 0;
  let cancelSweep: Cancel | null = null;
  let stopped = false;

  const drop = (slot: string, entry: Entry): void => {
    answered.delete(slot);
    chars -= entry.chars;
  };
  const evict = (): void => {
    for (const [slot, entry] of answered) {
      const crowded = answered.size > limits.maxAnswers || chars > limits.maxChars;
      if (!crowded && entry.untilMs > deps.clock.now()) break;
      drop(slot, entry);
    }
  };
  /** One timer in all; a late sweep only keeps memory a little longer, `find` checks the time. */
  const armSweep = (): void => {
    if (stopped) return;
    cancelSweep ??= deps.clock.schedule(limits.keepMs, () => {
      cancelSweep = null;
      evict();
      if (answered.size > 0) armSweep();
    });
  };
  const keep = (slot: string, entry: Entry, outcome: InvokeOutcome): void => {
    flying.delete(slot);
    const size = outcomeChars(outcome);
    if (size === null) return;
    entry.chars = slot.length + (entry.params?.length ?? 0) + size;
    entry.untilMs = deps.clock.now() + limits.keepMs;
    answered.set(slot, entry);
    chars += entry.chars;
    evict();
    armSweep();
  };
  const find = (slot: string): Entry | undefined => {
    const entry = answered.get(slot);
    if (!entry) return flying.get(slot);
    if (entry.untilMs > deps.clock.now()) return entry;
    drop(slot, entry);
    return undefined;
  };

  return {
    once(scope, call, start) {
      const slot = `${scope}\n${call.idempotencyKey}`;
      const known = find(slot);
      if (known) {
        if (sameCall(known, call, deps.hasher)) return known.outcome;
        throw new CompanionError(
          'INVALID_REQUEST',
          'idempotencyKey was already used for a different call',
        );
      }
      const outcome = start();
      if (!(outcome instanceof Promise)) return outcome;
      const { nodeId, command } = call;
      const params = comparable(call.paramsJSON, deps.hasher);
      const entry: Entry = { nodeId, command, params, outcome, chars: 0, untilMs: 0 };
      flying.set(slot, entry);
      void outcome.then((value) => keep(slot, entry, value));
      return outcome;
    },
    stop() {
      stopped = true;
      cancelSweep?.();
    },
  };
}

function sameCall(entry: Entry, call: InvokeCall, hasher: Hasher): boolean {
  return (
    entry.nodeId === call.nodeId &&
    entry.command === call.command &&
    entry.params === comparable(call.paramsJSON, hasher)
  );
}

function comparable(paramsJSON: string | null, hasher: Hasher): string | null {
  if (paramsJSON === null || paramsJSON.length <= plainParamsChars) return paramsJSON;
  return `sha256:${hasher.sha256Hex(paramsJSON)}`;
}

/** Null for an answer that nobody can be given again: a node may nest it deeper than JSON can go. */
function outcomeChars(outcome: InvokeOutcome): number | null {
  if (outcome.kind === 'disconnected') return 0;
  if (outcome.kind === 'failed') return JSON.stringify(outcome.error).length;
  if (outcome.payloadJSON !== null) return outcome.payloadJSON.length;
  try {
    // Only nodes that answer with an object instead of text pay for a second encoding.
    return JSON.stringify(outcome.payload ?? null).length;
  } catch {
    // The caller gets an error for it; thrown from here it would end the process.
    return null;
  }
}
