import type { DecidedBy } from '#core/approvals/types.ts';

/** Two stores of the Gateway: devices gate its door, nodes are the older list (gateway §7). */
export type PairingKind = 'device' | 'node';

/** Who wants to be let in, by its own words. All strings are raw; surfaces make them safe to show. */
export interface PairingRequest {
  readonly kind: PairingKind;
  /** Printable, at most 200 characters. */
  readonly requestId: string;
  /** Digest of all the rest: an answer names what was shown (S24). */
  readonly digest: string;
  /** Device or node id; of a device proved by its key. */
  readonly subjectId: string;
  readonly name: string | null;
  readonly platform: string | null;
  /** Program at the other end, with its version. */
  readonly client: string | null;
  /** Address the Gateway saw; null: it did not say. */
  readonly address: string | null;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** What a node offers. */
  readonly commands: readonly string[];
  /** The Gateway knows it already; now it asks for more. */
  readonly isRepair: boolean;
  /** By the clock of the Gateway. */
  readonly atMs: number;
}

/** A person's answer. */
export interface PairingAnswer {
  readonly kind: PairingKind;
  readonly requestId: string;
  readonly digest: string;
  readonly decision: 'approve' | 'reject';
}

/** `gone`: answered elsewhere or expired. `changed`: it asks for something else now. */
export type PairingResult = 'done' | 'gone' | 'changed';

/** Requests that wait at the Gateway. Nothing here ever answers one by itself. */
export interface PairingDesk {
  /** Oldest first. */
  list(): readonly PairingRequest[];
  /** Told after every change of the list; returns the function that stops it. */
  onChange(listener: () => void): () => void;
  /**
   * Looks at the request once more before it sends the answer.
   * @throws CompanionError UNREACHABLE, TIMEOUT, or what the Gateway said.
   */
  decide(answer: PairingAnswer, by: DecidedBy): Promise<PairingResult>;
}
