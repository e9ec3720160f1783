import type { Readable, Writable } from 'node:stream';
import type {
  ApprovalDesk,
  ApprovalOutcome,
  ApprovalPresenter,
  PendingApproval,
} from '#core/approvals/types.ts';
import { displayText } from '#core/display.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Cancel, Clock, Logger } from '#core/ports.ts';
import { choicesOf, type TypedAnswer, typedAnswer } from './choices.ts';
import { createKeyReader, type Key } from './key-reader.ts';
import {
  countdownStepMs,
  renderAnswerLine,
  renderQuestion,
  type TerminalShape,
  type TerminalStyle,
  terminalStyle,
} from './terminal-screen.ts';

/** `process.stdin` fits. */
type TerminalInput = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
};

/** `process.stderr` fits. */
type TerminalOutput = Writable & TerminalShape;

export interface TerminalPresenterDeps {
  readonly desk: ApprovalDesk;
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name of the person at the terminal, for the audit. */
  readonly who?: string | null;
  /** Ctrl-C: raw mode takes it from the system, so the program has to stop itself. */
  readonly interrupt: () => void;
}

/** The terminal as a place to answer (ui.md §7): one question at a time, Deny by default. */
export interface TerminalPresenter {
  /** Takes over the keyboard. @throws CompanionError UNAVAILABLE when the input is no terminal. */
  start(): void;
  /** Gives the keyboard back and detaches; what is pending here is never decided by that. */
  close(): void;
}

/** decisions "Arming": keys typed before a person can have read the question do not count. */
const armingMs = 800;

/**
 * After the arming time, one more turn of the event loop reads and drops what waits in the
 * keyboard buffer: after a busy second it may be older than the question.
 */
const drainMs = 20;

/** Longer than any answer; the rest of a paste is not kept. */
const longestAnswer = 16;

export function createTerminalPresenter(deps: TerminalPresenterDeps): TerminalPresenter {
  return new Terminal(deps);
}

interface Shown {
  readonly approval: PendingApproval;
  typed: string;
  armed: boolean;
}

class Terminal implements TerminalPresenter, ApprovalPresenter {
  readonly surface = 'terminal';
  readonly mode = 'one-at-a-time';
  readonly #deps: TerminalPresenterDeps;
  readonly #style: TerminalStyle;
  readonly #keys: ReturnType<typeof createKeyReader>;
  #detach: (() => void) | null = null;
  #shown: Shown | null = null;
  #cancelArming: Cancel = () => undefined;
  #cancelCountdown: Cancel = () => undefined;

  constructor(deps: TerminalPresenterDeps) {
    this.#deps = deps;
    this.#style = terminalStyle(deps.output, deps.env);
    this.#keys = createKeyReader(deps.clock, (key) => this.#key(key));
  }

  start(): void {
    const { input, output, desk } = this.#deps;
    if (this.#detach) return;
    if (input.isTTY !== true || !input.setRawMode) {
      throw new CompanionError('UNAVAILABLE', messages.terminal.needsTty, {
        hint: messages.terminal.needsTtyHint,
      });
    }
    input.setRawMode(true);
    input.on('data', this.#onData);
    input.on('end', this.#onEnd);
    input.on('close', this.#onEnd);
    input.on('error', this.#onEnd);
    output.on('error', this.#onEnd);
    input.resume();
    this.#detach = desk.attach(this);
  }

  close(): void {
    const detach = this.#detach;
    if (!detach) return;
    const { input, output } = this.#deps;
    const wasAsking = this.#shown !== null;
    this.#detach = null;
    this.#forget();
    input.off('data', this.#onData);
    input.off('end', this.#onEnd);
    input.off('close', this.#onEnd);
    input.pause();
    try {
      input.setRawMode?.(false);
    } catch (error) {
      // The terminal is gone: there is no mode to give back.
      this.#deps.log.debug('terminal.mode.lost', { error });
    }
    // The error listeners stay: a terminal that went away may report it late, and more than once.
    if (wasAsking && !output.writableEnded) this.#endAnswerLine(messages.terminal.closed);
    detach();
  }

  present(approval: PendingApproval, waiting: number): void {
    this.#forget();
    const shown: Shown = { approval, typed: '', armed: false };
    this.#shown = shown;
    this.#print(renderQuestion(approval, waiting, this.#style));
    this.#drawAnswerLine();
    this.#cancelArming = this.#deps.clock.schedule(armingMs, () => {
      this.#cancelArming = this.#deps.clock.schedule(drainMs, () => this.#arm(shown));
    });
  }

  clear(approval: PendingApproval, outcome: ApprovalOutcome): void {
    if (this.#shown?.approval.id !== approval.id) return;
    this.#forget();
    this.#endAnswerLine(displayText(messages.outcome(approval.kind, outcome)).text);
  }

  nothingRan(_: PendingApproval, why: string): void {
    const { text } = displayText(why);
    if (!this.#shown) this.#print(`${text}\n`);
    else {
      this.#endAnswerLine(text);
      this.#drawAnswerLine();
    }
  }

  readonly #onData = (chunk: Uint8Array | string): void => this.#keys.push(chunk);
  readonly #onEnd = (): void => this.close();

  #key(key: Key): void {
    if (key.kind === 'interrupt') {
      this.#deps.interrupt();
      return;
    }
    const shown = this.#shown;
    if (!shown?.armed) return;
    switch (key.kind) {
      case 'escape':
        this.#answer(shown, { decision: 'deny' });
        return;
      case 'end':
        if (shown.typed === '') this.close();
        return;
      case 'enter':
        this.#enter(shown);
        return;
      case 'backspace':
        shown.typed = shown.typed.slice(0, -1);
        break;
      case 'text':
        if (shown.typed.length < longestAnswer) shown.typed += displayText(key.text).text;
        break;
    }
    // Without rewriting, what is typed stays unseen until the answer.
    if (this.#style.rewrites) this.#drawAnswerLine();
  }

  #enter(shown: Shown): void {
    const answer = typedAnswer(shown.approval, shown.typed);
    shown.typed = '';
    if (answer) this.#answer(shown, answer);
    else this.#askAgain(shown);
  }

  #askAgain({ approval }: Shown): void {
    this.#endAnswerLine(messages.terminal.again(choicesOf(approval)));
    this.#drawAnswerLine();
  }

  #answer(shown: Shown, answer: TypedAnswer): void {
    const { desk, who = null } = this.#deps;
    const { id, displayDigest } = shown.approval;
    const by = { surface: this.surface, who } as const;
    const result = desk.answer({ id, ...answer, by, displayDigest });
    if (result === 'accepted') return;
    const { stale, gone, notOffered } = messages.terminal;
    this.#endAnswerLine({ stale, unknown: gone, 'not-offered': notOffered }[result]);
    // Still ours: the queue shows changed text itself, and clears what is over.
    if (this.#shown === shown) this.#drawAnswerLine();
  }

  #arm(shown: Shown): void {
    this.#keys.reset();
    shown.armed = true;
    if (!this.#style.rewrites) this.#print('\n');
    this.#drawAnswerLine();
    this.#tick();
  }

  /** Rewrites the countdown when its text changes, at most once a second. */
  #tick(): void {
    const left = this.#leftMs();
    if (left === null || left <= 0 || !this.#style.rewrites) return;
    this.#cancelCountdown = this.#deps.clock.schedule(countdownStepMs(left), () => {
      this.#drawAnswerLine();
      this.#tick();
    });
  }

  #leftMs(): number | null {
    const expiresAtMs = this.#shown?.approval.expiresAtMs ?? null;
    return expiresAtMs === null ? null : expiresAtMs - this.#deps.clock.now();
  }

  #drawAnswerLine(): void {
    if (!this.#shown) return;
    const { approval, typed, armed } = this.#shown;
    const deniesByDefault = choicesOf(approval).deny;
    const line = renderAnswerLine({ leftMs: this.#leftMs(), typed, armed, deniesByDefault });
    this.#print(this.#style.rewrites ? `\r\u001B[2K${line}` : line);
  }

  #endAnswerLine(text: string): void {
    this.#print(this.#style.rewrites ? `\r\u001B[2K${text}\n` : `\n${text}\n`);
  }

  #forget(): void {
    this.#cancelArming();
    this.#cancelCountdown();
    this.#keys.reset();
    this.#shown = null;
  }

  #print(text: string): void {
    this.#deps.output.write(text);
  }
}
