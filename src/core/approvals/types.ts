import type { Span } from '#core/text-source.ts';
import type { ExecDecision } from '#protocol/exec-socket.ts';

/** Where a person (or, for `test-aid`, the test switch) answered. */
type DecisionSurface =
  | 'terminal'
  | 'window'
  | 'control-socket'
  | 'gateway-operator'
  | 'test-aid'
  /** The companion itself, where it has to be careful and nobody is there to ask. */
  | 'companion';

/** Who answered: the surface, and what that surface can prove about the person or client. */
export interface DecidedBy {
  readonly surface: DecisionSurface;
  readonly who: string | null;
}

/** The four outcomes, kept apart everywhere (S34). Only `allowed` ever lets anything run. */
export type ApprovalOutcome =
  | {
      readonly kind: 'allowed';
      readonly decision: 'allow-once' | 'allow-always';
      readonly by: DecidedBy;
      /** What "always" is to store; absent: the narrowest rule for everything that was offered. */
      readonly grant?: AlwaysSelection;
    }
  | {
      readonly kind: 'denied';
      readonly by: DecidedBy;
      readonly note: string | null;
      /** Ms for which the answer also paused the agent; absent when it did not. */
      readonly pausedMs?: number;
    }
  | { readonly kind: 'expired' }
  | { readonly kind: 'cancelled'; readonly why: CancelReason };

export type CancelReason =
  | 'caller-gone'
  | 'presenter-gone'
  | 'no-presenter'
  | 'queue-full'
  | 'cooling-down'
  | 'paused'
  | 'unreadable'
  | 'shutdown';

/** How much one stored rule covers, narrowest first (D8). */
export type AlwaysScope = 'exact-here' | 'exact-anywhere' | 'any-arguments-here';

/** One width a person may choose for one program of a command. */
interface AlwaysChoice {
  readonly scope: AlwaysScope;
  /** What is stored, in words, without agent and time. */
  readonly sentence: string;
}

/** One program of a command that "always" may store a rule for; ticked or not by itself (AP-12). */
export interface AlwaysOffer {
  /** The program with its arguments, as they run. */
  readonly command: string;
  /** At least one, narrowest first. */
  readonly choices: readonly [AlwaysChoice, ...AlwaysChoice[]];
}

/** For how long a stored rule holds; `today` ends with the local day. */
export type AlwaysLasts = '15-minutes' | 'today' | '30-days' | 'until-removed';

/** What a person chose in the second step of "always". */
export interface AlwaysSelection {
  /** One for each {@link AlwaysOffer}, in their order; null stores nothing. At least one is not null. */
  readonly scopes: readonly (AlwaysScope | null)[];
  readonly lasts: AlwaysLasts;
  /** For every agent, and not only for the one that asks. */
  readonly everyAgent: boolean;
}

/** What is known of a risk beside its sentence. */
interface RiskFacts {
  /** It will run with more power than a person may think (ui.md §5). */
  readonly isPrivilege: boolean;
  /** The words of `commandText` that it speaks of; none where nobody knows them. */
  readonly spans: readonly Span[];
}

/** What a person is asked about. All strings are raw; surfaces sanitise with `displayText`. */
export interface ApprovalSubject {
  readonly commandText: string;
  readonly argv: readonly string[] | null;
  readonly cwd: string | null;
  /** Real path of what will run; null when the asker could not tell (Gateway requests). */
  readonly executable: string | null;
  /** A question of our own Gateway whose run may come to this companion (D6). */
  readonly mayRunHere?: boolean;
  /** Which file that is, as it was looked at; absent where we did not look. */
  readonly identity?: string;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly nodeId: string | null;
  readonly host: string | null;
  readonly security: string | null;
  readonly ask: string | null;
  /** Names and values of environment overrides that will reach the command. */
  readonly env: Readonly<Record<string, string>>;
  /** One sentence: why a person is asked at all. */
  readonly why: string;
  /** Sentences about what the command could do, from static analysis only; never a verdict. */
  readonly risks: readonly string[];
  /** Of each of `risks`, in their order; absent where they are not ours. */
  readonly riskFacts?: readonly RiskFacts[];
  /** Sentences for the rules that "always" would store; empty when it is not offered. */
  readonly always: readonly string[];
  /** What "always" lets a person choose from; absent where the rule is not ours, or none is offered. */
  readonly offers?: readonly AlwaysOffer[];
  /** One sentence: why it can be allowed only once; absent where "always" is offered or means nothing. */
  readonly onceBecause?: string;
}

/** What an asker hands to the queue. */
export interface ApprovalAsk {
  /** Chosen by the asker when its wire has an id; else the queue makes one. */
  readonly id?: string;
  readonly kind: 'exec' | 'socket-request' | 'gateway-request' | 'policy-change';
  readonly subject: ApprovalSubject;
  /** Digest of the frozen plan, or of the subject where there is none. */
  readonly planDigest: string;
  readonly offered: readonly ExecDecision[];
  /** Ms until it expires, also while queued; null = never. */
  readonly timeoutMs: number | null;
  /** The limit is our own and not the caller's: a person may ask for more time (AP-17). */
  readonly extendable?: boolean;
  /** Who asks, as proved to us and not as claimed; absent where nothing tells askers apart. */
  readonly caller?: string;
}

/** A question that waits for a person. `displayDigest` names the exact text that is shown. */
export interface PendingApproval {
  readonly id: string;
  readonly kind: ApprovalAsk['kind'];
  readonly subject: ApprovalSubject;
  readonly planDigest: string;
  readonly displayDigest: string;
  readonly offered: readonly ExecDecision[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  /** How many identical requests this one question answers. */
  readonly count: number;
  /** {@link ApprovalDesk.extend} can move the deadline. */
  readonly extendable?: boolean;
}

/** A person's answer. Both digests must match what is pending, or nothing happens (S24). */
export interface ApprovalAnswer {
  readonly id: string;
  readonly decision: ExecDecision;
  readonly by: DecidedBy;
  /** Digest of the text the surface showed; null only for wires that cannot carry it. */
  readonly displayDigest: string | null;
  readonly note?: string;
  /**
   * "Deny and pause this agent" ({@link AgentPauses}): for how long, in ms. An answer that allows
   * may not carry it.
   */
  readonly pauseAgentMs?: number;
  /** With `allow-always` where the question has offers; one that does not fit them is `not-offered`. */
  readonly grant?: AlwaysSelection;
}

export type AnswerResult = 'accepted' | 'unknown' | 'stale' | 'not-offered';

/** Handle of one ask. */
export interface ApprovalTicket {
  readonly approval: PendingApproval;
  readonly outcome: Promise<ApprovalOutcome>;
  /**
   * It was allowed, and still nothing ran: the surface where a person allowed it tells them, once
   * for a question.
   * @param why a sentence.
   */
  nothingRan(why: string): void;
}

/** Port of the approval queue: the one place where a question becomes an answer. */
export interface ApprovalDesk {
  /**
   * Queues a question. Aborting `signal` cancels it (caller gone).
   * @throws CompanionError INVALID_REQUEST when `ask.id` is already pending.
   */
  ask(ask: ApprovalAsk, signal: AbortSignal): ApprovalTicket;
  answer(answer: ApprovalAnswer): AnswerResult;
  /**
   * "Keep waiting": gives an extendable question its full time again, from now. Its text and
   * digest stay; presenters that show it are told with `present`.
   */
  extend(id: string): 'extended' | 'unknown' | 'not-offered';
  get(id: string): PendingApproval | null;
  /** Oldest first. */
  list(): readonly PendingApproval[];
  /** Returns the detach function. Detaching the last presenter cancels what is pending. */
  attach(presenter: ApprovalPresenter): () => void;
}

/** An agent that a person does not want to be asked about for a while. */
export interface AgentPause {
  /** The name it claims; `main` for agents that give none, as for rules. */
  readonly agent: string;
  readonly by: DecidedBy;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * Who is paused. Paused means that nobody is asked: what rules allow still runs, everything that
 * would need a person is refused at once as cancelled. In memory only; a new start begins without.
 */
export interface AgentPauses {
  /** In the order they began. */
  list(): readonly AgentPause[];
  /** By any name it may claim. Null when it was not paused. */
  resume(agentId: string, by: DecidedBy): AgentPause | null;
}

/** Everything stands still: nobody is asked, and nothing runs, whatever rules say. */
export interface Standstill {
  readonly by: DecidedBy;
  readonly sinceMs: number;
  /** Null: until a person ends it. */
  readonly untilMs: number | null;
}

/** The switch of the icon's menu (app-features §3, row 1). Survives a restart. */
export interface StandstillSwitch {
  current(): Standstill | null;
  /** Ms from now; null: until a person ends it. What waits is cancelled, what runs goes on. */
  begin(forMs: number | null, by: DecidedBy): void;
  end(by: DecidedBy): void;
  /** Told when it begins and when it ends, also by itself; returns the function that stops it. */
  onChange(listener: () => void): () => void;
}

/** A pause that a person began or ended; one that runs out is told by its `untilMs`. */
export interface PauseChange {
  readonly kind: 'paused' | 'resumed';
  readonly pause: AgentPause;
  /** Of whoever made this change. */
  readonly by: DecidedBy;
  readonly atMs: number;
}

/**
 * A surface that shows questions. `one-at-a-time` presenters (window, terminal) get only the
 * visible question (D15); `all` presenters (control socket, Gateway) get every one. An `away` one
 * keeps the place of a surface that nobody can see now, as on a locked screen (AP-10) or with a
 * page that crashes (ES-18): it gets no question, but what is asked waits, and silence still counts
 * only for what was in view.
 */
export interface ApprovalPresenter {
  readonly surface: DecisionSurface;
  readonly mode: 'one-at-a-time' | 'all' | 'away';
  /** Show it. `waiting` counts the questions pending in all, this one included. */
  present(approval: PendingApproval, waiting: number): void;
  /** Take it away: it was answered (maybe here), expired or cancelled. Within 250 ms. */
  clear(approval: PendingApproval, outcome: ApprovalOutcome): void;
  /** What was allowed here a moment ago did not run ({@link ApprovalTicket.nothingRan}). */
  nothingRan?(approval: PendingApproval, why: string): void;
}
