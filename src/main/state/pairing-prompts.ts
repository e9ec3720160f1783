import type { z } from 'zod';
import { errorText } from '#core/errors.ts';
import { pairingMessages } from '#core/messages-pairing.ts';
import { pairingKey } from '#core/pairing/book.ts';
import type { PairingDesk, PairingRequest } from '#core/pairing/types.ts';
import type { Logger, Notification } from '#core/ports.ts';
import type { WindowName } from '#ipc/contract.ts';
import type {
  pairingDecideInputSchema,
  pairingResultSchema,
  pairingStateSchema,
  ShownPairing,
} from '#ipc/pairing.ts';
import type { WindowShell } from '../windows/shared-window.ts';
import { shownPairing } from './shown-pairing.ts';

type PairingState = z.infer<typeof pairingStateSchema>;
type DecideInput = z.infer<typeof pairingDecideInputSchema>;
type DecideResult = z.infer<typeof pairingResultSchema>;

export interface PairingPromptsDeps {
  readonly pairing: PairingDesk;
  /** A share of the approval window: commands come first in it, which its page sees to. */
  readonly shell: WindowShell;
  /** Shows a notification; it only announces (AP-14). */
  readonly announce: (notification: Notification) => Promise<void>;
  /** Told of everything that changes {@link PairingPrompts.state}. */
  readonly changed: () => void;
  /** Name of the person at this computer, for the audit. */
  readonly who: string | null;
  readonly log: Logger;
}

/** Devices and nodes that want to be let in, one question at a time (app-features §9). */
export interface PairingPrompts {
  start(): void;
  /** Hides what is shown and hears no more; what is pending is never decided by that. */
  close(): void;
  state(): PairingState;
  /** A person asked for the window: what was put off is shown again. */
  askedFor(): void;
  /** A person closed the window that showed one: all that wait are put off. */
  dismissed(): void;
  /** The screen is locked or the computer sleeps: nothing is shown or announced meanwhile. */
  setAway(isAway: boolean): void;
  /** @throws CompanionError what the Gateway said, or that it could not be reached. */
  decide(input: DecideInput, from: WindowName): Promise<DecideResult>;
}

export function createPairingPrompts(deps: PairingPromptsDeps): PairingPrompts {
  return new Prompts(deps);
}

const keyOf = ({ kind, requestId }: { kind: PairingRequest['kind']; requestId: string }): string =>
  pairingKey(kind, requestId);

class Prompts implements PairingPrompts {
  readonly #deps: PairingPromptsDeps;
  readonly #views = new WeakMap<PairingRequest, ShownPairing>();
  /** Keys that a person put off. */
  readonly #later = new Set<string>();
  #unlisten: (() => void) | null = null;
  /** Key of the one that the window was brought up for. */
  #shown: string | null = null;
  #announced = false;
  #isAway = false;

  constructor(deps: PairingPromptsDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#unlisten) return;
    this.#unlisten = this.#deps.pairing.onChange(() => this.#update());
    this.#update();
  }

  close(): void {
    this.#unlisten?.();
    this.#unlisten = null;
    this.#update();
  }

  state(): PairingState {
    const waiting = this.#unlisten ? this.#deps.pairing.list().map((one) => this.#view(one)) : [];
    return { waiting, current: this.#current()?.requestId ?? null };
  }

  askedFor(): void {
    if (this.#later.size === 0) return;
    this.#later.clear();
    this.#update();
  }

  dismissed(): void {
    if (!this.#unlisten) return;
    for (const one of this.#deps.pairing.list()) this.#later.add(keyOf(one));
    this.#update();
  }

  setAway(isAway: boolean): void {
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.#update();
  }

  async decide(input: DecideInput, from: WindowName): Promise<DecideResult> {
    const { pairing, who } = this.#deps;
    const pending = this.#unlisten && pairing.list().find((one) => keyOf(one) === keyOf(input));
    if (!pending) return 'gone';
    const { decision, ...shown } = input;
    if (decision === 'later') {
      this.#later.add(keyOf(input));
      this.#update();
      return 'done';
    }
    if (decision === 'approve' && !this.#isRead(pending, from)) return 'changed';
    return pairing.decide({ ...shown, decision }, { surface: 'window', who });
  }

  /** Only the approval window shows all of it, one at a time, and waits until it was read (AP-05). */
  #isRead(request: PairingRequest, from: WindowName): boolean {
    const current = this.#current();
    return from === 'approval' && current !== null && keyOf(current) === keyOf(request);
  }

  #current(): PairingRequest | null {
    if (!this.#unlisten || this.#isAway) return null;
    return this.#deps.pairing.list().find((one) => !this.#later.has(keyOf(one))) ?? null;
  }

  #update(): void {
    const { pairing, shell, changed } = this.#deps;
    const pending = new Set(pairing.list().map(keyOf));
    for (const key of this.#later) if (!pending.has(key)) this.#later.delete(key);
    const current = this.#current();
    const before = this.#shown;
    this.#shown = current && keyOf(current);
    // First the text: else the window would come up with the one before.
    changed();
    if (current === null) {
      if (before !== null) shell.hide();
      this.#announced = false;
    } else if (this.#shown !== before) {
      shell.show();
      this.#announce(current);
    }
  }

  /** Once for requests that follow each other: what comes after is seen in the window. */
  #announce(request: PairingRequest): void {
    if (this.#announced) return;
    this.#announced = true;
    const { title, body } = pairingMessages.announcement;
    const text = { title: title(request.kind), body: body(request) };
    this.#deps.announce({ ...text, sound: null, priority: 'active' }).catch((error: unknown) => {
      // The window shows it as well: a notification is a help, not a need.
      this.#deps.log.debug('pairing.announcement.failed', { error: errorText(error) });
    });
  }

  /** Requests never change in place, so most of a snapshot is made once. */
  #view(request: PairingRequest): ShownPairing {
    const known = this.#views.get(request);
    if (known) return known;
    const view = shownPairing(request);
    this.#views.set(request, view);
    return view;
  }
}
