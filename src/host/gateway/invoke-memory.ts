import { CompanionError } from '#core/errors.ts';
import type { Cancel, Clock, Hasher } from '#core/ports.ts';
import type { InvokeCall, InvokeOutcome } from './invocations.ts';

/** Makes idempotency keys of `node.invoke` mean what they say: one key, one call (issue 2 §3). */
export interface InvokeMemory {
  /**
   * The outcome of the same call under the same key, also one still under way; undefined when new.
   * @throws CompanionError INVALID_REQUEST when the key was used for a different call.
   */
  recall(scope: string, key: string, call: InvokeCall): Promise<InvokeOutcome> | undefined;
  remember(scope: string, key: string, call: InvokeCall, outcome: Promise<InvokeOutcome>): void;
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
}

interface Answered extends Entry {
  readonly chars: number;
  readonly untilMs: number;
}

export function createInvokeMemory(
  deps: { readonly clock: Clock; readonly hasher: Hasher },
  limits: InvokeMemoryLimits = defaults,
): InvokeMemory {
  const flying = new Map<string, Entry>();
  /** In the order of their answers, so the first is always the one to go. */
  const answered = new Map<string, Answered>();
  let chars = 0;
  let cancelSweep: Cancel | null = null;
  let stopped = false;

  const evict = (): void => {
    for (const [slot, entry] of answered) {
      const crowded = answered.size > limits.maxAnswers || chars > limits.maxChars;
      if (!crowded && entry.untilMs > deps.clock.now()) break;
      answered.delete(slot);
      chars -= entry.chars;
    }
  };
  /** One timer in all; a late sweep only keeps memory a little longer, `recall` checks the time. */
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
    const size = slot.length + (entry.params?.length ?? 0) + outcomeChars(outcome);
    answered.set(slot, { ...entry, chars: size, untilMs: deps.clock.now() + limits.keepMs });
    chars += size;
    evict();
    armSweep();
  };

  return {
    recall(scope, key, call) {
      const slot = slotOf(scope, key);
      const done = answered.get(slot);
      const entry =
        flying.get(slot) ?? (done && done.untilMs > deps.clock.now() ? done : undefined);
      if (!entry) return undefined;
      if (!sameCall(entry, call, deps.hasher)) {
        throw new CompanionError(
          'INVALID_REQUEST',
          'idempotencyKey was already used for a different call',
        );
      }
      return entry.outcome;
    },
    remember(scope, key, call, outcome) {
      const slot = slotOf(scope, key);
      const old = answered.get(slot);
      if (old && answered.delete(slot)) chars -= old.chars;
      const { nodeId, command } = call;
      const entry = { nodeId, command, params: comparable(call.paramsJSON, deps.hasher), outcome };
      flying.set(slot, entry);
      void outcome.then((value) => keep(slot, entry, value));
    },
    stop() {
      stopped = true;
      cancelSweep?.();
    },
  };
}

function slotOf(scope: string, key: string): string {
  return `${scope}\n${key}`;
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

function outcomeChars(outcome: InvokeOutcome): number {
  if (outcome.kind === 'disconnected') return 0;
  if (outcome.kind === 'failed') return JSON.stringify(outcome.error).length;
  // Only nodes that answer with an object instead of text pay for a second encoding.
  return outcome.payloadJSON?.length ?? JSON.stringify(outcome.payload ?? null).length;
}
