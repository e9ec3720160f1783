import { type ButtonKind, type KeyPress, keyEffect } from './arming.ts';
import type { ApprovalController } from './controller.ts';

/** Buttons say what they are in `data-kind`; whatever does not say so decides nothing. */
function kindOf(button: HTMLElement): ButtonKind {
  const { kind } = button.dataset;
  return kind === 'deny' || kind === 'grant' ? kind : 'harmless';
}

function focusKind(): KeyPress['on'] {
  const element = document.activeElement;
  if (element instanceof HTMLTextAreaElement) return 'text';
  if (element instanceof HTMLInputElement) return 'setting';
  if (element?.closest('[role="menu"]')) return 'menu';
  return element instanceof HTMLButtonElement ? kindOf(element) : 'nothing';
}

function drop(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

const buttonAt = (event: Event): HTMLButtonElement | null =>
  event.target instanceof Element ? event.target.closest('button') : null;

/**
 * Stands before every button of the page: input that does not count never reaches one. Listens
 * while the event goes down, so nothing on the page can hear it earlier.
 */
export function attachGuard(controller: ApprovalController): void {
  /** Keys that are down and count so far → epoch of the page when they went down. */
  const down = new Map<string, number>();
  const listen = <E extends keyof DocumentEventMap>(
    type: E,
    listener: (event: DocumentEventMap[E]) => void,
  ): void => document.addEventListener(type, listener, { capture: true });

  listen('pointerdown', (event) => {
    const button = buttonAt(event);
    if (button && event.isPrimary && event.button === 0) controller.pressed(button.id);
    else controller.pressed('');
  });
  listen('click', (event) => {
    const button = buttonAt(event);
    if (button === null) return;
    const { detail, isTrusted: trusted } = event;
    const click = { button: button.id, kind: kindOf(button), detail, trusted };
    if (!controller.clickCounts(click)) drop(event);
  });
  listen('keydown', (event) => {
    const { key, repeat, isComposing: composing } = event;
    const modified = event.ctrlKey || event.altKey || event.metaKey;
    const pressed = { key, repeat, composing, modified, on: focusKind() };
    const effect = keyEffect(pressed, controller.isArmed());
    if (effect === 'leave') {
      if (!repeat) down.set(key, controller.epoch());
      return;
    }
    down.delete(key);
    drop(event);
    if (effect === 'escape') void controller.escape();
  });
  listen('keyup', (event) => {
    const { key } = event;
    if (key !== ' ') return;
    // A button acts when Space comes up: it has to have gone down while the page was the same.
    if (down.get(key) !== controller.epoch()) drop(event);
    down.delete(key);
  });
  listen('visibilitychange', () => controller.standStill());
  window.addEventListener('focus', () => controller.standStill());
  // Buttons may have moved under the pointer.
  window.addEventListener('resize', () => controller.standStill());
}
