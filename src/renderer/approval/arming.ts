/**
 * Allow counts only after the page stood still for a moment (AP-05; decisions.md, "Arming"). Pure:
 * times are ms of any clock that never goes back.
 */
const armingMs = 800;

export interface Arming {
  /** Rises with every show, focus, content change and queue advance. */
  readonly epoch: number;
  readonly armedAtMs: number;
}

export const neverArmed: Arming = { epoch: 0, armedAtMs: Number.POSITIVE_INFINITY };

export function rearm(arming: Arming, nowMs: number): Arming {
  return { epoch: arming.epoch + 1, armedAtMs: nowMs + armingMs };
}

export function isArmed(arming: Arming, nowMs: number): boolean {
  return nowMs >= arming.armedAtMs;
}

/** `grant` may lead to something running, `harmless` (Back, Copy) decides nothing. */
export type ButtonKind = 'deny' | 'grant' | 'harmless';

/** A pointer went down on a button. */
export interface Press {
  readonly button: string;
  /** What the page showed then: a question, or a list of them. */
  readonly subject: string;
  readonly epoch: number;
  readonly armed: boolean;
}

export function press(button: string, subject: string, arming: Arming, nowMs: number): Press {
  return { button, subject, epoch: arming.epoch, armed: isArmed(arming, nowMs) };
}

export interface Click {
  readonly button: string;
  readonly kind: ButtonKind;
  readonly subject: string;
  /** `UIEvent.detail`: 0 for the keyboard, above 1 within a double click. */
  readonly detail: number;
  readonly trusted: boolean;
}

/**
 * Does this click count? By keyboard only once armed. By pointer: down and up on one button while
 * the page showed one and the same subject, and for a grant all of it after arming. The later
 * clicks of a double click were aimed at what was there before.
 */
export function clickCounts(
  click: Click,
  began: Press | null,
  arming: Arming,
  nowMs: number,
): boolean {
  if (!click.trusted) return false;
  if (click.detail === 0) return isArmed(arming, nowMs);
  if (began === null || began.button !== click.button || began.subject !== click.subject)
    return false;
  if (click.kind === 'harmless') return true;
  if (click.detail > 1) return false;
  return click.kind === 'deny' || (began.armed && began.epoch === arming.epoch);
}

export interface KeyPress {
  readonly key: string;
  readonly repeat: boolean;
  /** The key is part of writing a character with an input method. */
  readonly composing: boolean;
  /** With Ctrl, Alt or Meta held. */
  readonly modified: boolean;
  /**
   * What has the focus; `text` is the note, a `setting` is ticked or chosen and decides nothing,
   * what is in a `menu` grants nothing.
   */
  readonly on: ButtonKind | 'text' | 'setting' | 'menu' | 'nothing';
}

/** What a key does: `drop` = nothing at all, `leave` = what the browser does. */
export type KeyEffect = 'drop' | 'escape' | 'leave';

const acting = new Set(['Enter', ' ', 'Escape']);

/** Keys in flight when the page appears decide nothing (AP-05, AP-06). */
export function keyEffect(pressed: KeyPress, armed: boolean): KeyEffect {
  const { key, on } = pressed;
  if (!acting.has(key)) return 'leave';
  if (on === 'text' && (key !== 'Escape' || pressed.composing)) return 'leave';
  if (pressed.repeat || pressed.modified || pressed.composing) return 'drop';
  // Ticking makes the page wait again: the next tick need not wait for that.
  if (on === 'setting' && key === ' ') return 'leave';
  // It closes the menu, and decides nothing by that.
  if (on === 'menu' && key === 'Escape') return 'leave';
  if (!armed) return 'drop';
  if (key === 'Escape') return 'escape';
  // Return is for the focused Deny and for buttons that decide nothing; it never grants.
  return key === 'Enter' && on === 'grant' ? 'drop' : 'leave';
}
