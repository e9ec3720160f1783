import type { Cancel, Clock } from '#core/ports.ts';
import type { AgentEvent } from '#protocol/gateway-agent-events.ts';
import { agentOfSession, sessionName } from './session-name.ts';
import { type ToolWork, toolWork } from './tool-work.ts';

/** What an agent does in one session: a tool says more than "at work" (app-features §2). */
export interface SessionWork {
  /** {@link sessionName}; empty when nobody says which. */
  readonly session: string;
  /** The name it claims; null when it gives none. */
  readonly agent: string | null;
  readonly work: ToolWork | { readonly kind: 'job' };
  readonly sinceMs: number;
}

export interface AgentSessions {
  event(event: AgentEvent): void;
  /** Nobody tells any more: what was going on is not known. Holds no timer afterwards. */
  forget(): void;
  list(): readonly SessionWork[];
}

/** A tool stays in view for this long after its result: the next one often follows at once. */
const graceMs = 2_000;

/** A run whose end was lost does not stay at work for ever. */
const silenceMs = 10 * 60_000;

/** Agents are strangers: what they can make us remember is bounded (S26). */
const maxSessions = 64;

interface Session {
  readonly name: string;
  readonly agent: string | null;
  runId: string;
  seq: number;
  sinceMs: number;
  heardAtMs: number;
  tool: {
    readonly callId: string;
    readonly work: ToolWork;
    readonly sinceMs: number;
    endsAtMs: number | null;
  } | null;
}

export interface AgentSessionsDeps {
  readonly clock: Clock;
  readonly onChange: () => void;
}

/** Follows the runs that a Gateway tells of: one job and one tool for each session. */
export function createAgentSessions(deps: AgentSessionsDeps): AgentSessions {
  return new Sessions(deps);
}

class Sessions implements AgentSessions {
  readonly #deps: AgentSessionsDeps;
  readonly #sessions = new Map<string, Session>();
  /** Runs that are over, so that a late word of theirs does not bring them back; oldest first. */
  readonly #ended = new Set<string>();
  #due: { readonly atMs: number; readonly cancel: Cancel } | null = null;

  constructor(deps: AgentSessionsDeps) {
    this.#deps = deps;
  }

  event(event: AgentEvent): void {
    if (this.#ended.has(event.runId)) return;
    if (isEnd(event)) this.#end(event);
    else this.#work(event);
  }

  forget(): void {
    const hadSome = this.#sessions.size > 0;
    this.#sessions.clear();
    this.#ended.clear();
    this.#watch();
    if (hadSome) this.#deps.onChange();
  }

  list(): readonly SessionWork[] {
    return [...this.#sessions.values()].map(({ name, agent, sinceMs, tool }) => ({
      session: name,
      agent,
      work: tool?.work ?? { kind: 'job' },
      sinceMs: tool?.sinceMs ?? sinceMs,
    }));
  }

  #end({ runId, sessionKey }: AgentEvent): void {
    this.#ended.add(runId);
    const [oldest] = this.#ended;
    if (this.#ended.size > maxSessions && oldest !== undefined) this.#ended.delete(oldest);
    const name = sessionName(sessionKey);
    // A run that began in the meantime goes on.
    if (this.#sessions.get(name)?.runId !== runId) return;
    this.#sessions.delete(name);
    this.#watch();
    this.#deps.onChange();
  }

  #work(event: AgentEvent): void {
    const now = this.#deps.clock.now();
    const known = this.#sessions.get(sessionName(event.sessionKey));
    const isNews = known?.runId !== event.runId;
    if (!isNews && event.seq <= known.seq) return;
    const session = isNews ? this.#begin(event, now) : known;
    session.seq = event.seq;
    session.heardAtMs = now;
    const toolChanged = event.stream === 'tool' && useTool(session, event, now);
    this.#watch();
    if (isNews || toolChanged) this.#deps.onChange();
  }

  #begin({ sessionKey, runId }: AgentEvent, now: number): Session {
    const name = sessionName(sessionKey);
    const agent = agentOfSession(name);
    const session = { name, agent, runId, seq: -1, sinceMs: now, heardAtMs: now, tool: null };
    this.#sessions.delete(name);
    if (this.#sessions.size >= maxSessions) this.#dropQuietest();
    this.#sessions.set(name, session);
    return session;
  }

  #dropQuietest(): void {
    const all = [...this.#sessions.values()];
    const quietest = all.reduce((a, b) => (b.heardAtMs < a.heardAtMs ? b : a));
    this.#sessions.delete(quietest.name);
  }

  /** One timer for what ends first; it may ring early, never late. */
  #watch(): void {
    const dues = [...this.#sessions.values()].map(dueMs);
    const atMs = Math.min(...dues);
    if (this.#due !== null && dues.length > 0 && this.#due.atMs <= atMs) return;
    this.#due?.cancel();
    this.#due = null;
    if (dues.length === 0) return;
    const { clock } = this.#deps;
    const cancel = clock.schedule(Math.max(0, atMs - clock.now()), () => this.#ring());
    this.#due = { atMs, cancel };
  }

  #ring(): void {
    this.#due = null;
    const now = this.#deps.clock.now();
    let changed = false;
    for (const session of [...this.#sessions.values()]) {
      if (session.heardAtMs + silenceMs <= now) {
        this.#sessions.delete(session.name);
        changed = true;
      } else if (session.tool !== null && (session.tool.endsAtMs ?? Infinity) <= now) {
        session.tool = null;
        changed = true;
      }
    }
    this.#watch();
    if (changed) this.#deps.onChange();
  }
}

function isEnd({ stream, data: { phase } }: AgentEvent): boolean {
  return stream === 'lifecycle' && (phase === 'end' || phase === 'error');
}

/** Whether the line changes; a result only starts the grace, and only of the tool in view. */
function useTool(session: Session, { data }: AgentEvent, now: number): boolean {
  const { phase, toolCallId: callId = '' } = data;
  if (phase === 'start') {
    session.tool = { callId, work: toolWork(data), sinceMs: now, endsAtMs: null };
    return true;
  }
  if (phase === 'result' && session.tool?.callId === callId) session.tool.endsAtMs = now + graceMs;
  return false;
}

function dueMs({ heardAtMs, tool }: Session): number {
  return Math.min(heardAtMs + silenceMs, tool?.endsAtMs ?? Infinity);
}
