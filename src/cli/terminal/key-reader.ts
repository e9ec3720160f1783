import type { Cancel, Clock } from '#core/ports.ts';

/** What a person did on the keyboard, told apart from raw bytes. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'enter' | 'backspace' | 'escape' | 'interrupt' | 'end' };

/** Bytes of one key arrive together; a lone Esc is one that nothing follows in this time. */
const escapeWaitMs = 50;

/**
 * Reads keys of a terminal in raw mode. Arrow and function keys (`Esc [ …`, `Esc O …`) are dropped
 * whole, so that none of them counts as Esc.
 */
export function createKeyReader(clock: Clock, onKey: (key: Key) => void) {
  const decoder = new TextDecoder();
  let sequence = '';
  let cancelEscape: Cancel = () => undefined;

  const escapeAlone = () => {
    sequence = '';
    onKey({ kind: 'escape' });
  };
  const one = (character: string) => {
    if (sequence !== '') {
      cancelEscape();
      sequence += character;
      if (sequenceIsOpen(sequence)) return;
      const plainEscape = sequence === '\u001B\u001B';
      sequence = '';
      if (plainEscape) onKey({ kind: 'escape' });
      return;
    }
    if (character === '\u001B') {
      sequence = character;
      cancelEscape = clock.schedule(escapeWaitMs, escapeAlone);
      return;
    }
    const key = keyOf(character);
    if (key) onKey(key);
  };

  return {
    push(chunk: Uint8Array | string): void {
      const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      for (const character of text) one(character);
    },
    /** Forgets a key that is not complete. */
    reset(): void {
      cancelEscape();
      sequence = '';
    },
  };
}

/** `Esc [` runs to a letter or `~`, `Esc O` has one more; anything else behind Esc ends it. */
function sequenceIsOpen(sequence: string): boolean {
  if (sequence.length === 2) return sequence[1] === '[' || sequence[1] === 'O';
  return sequence[1] === '[' && /[0-9;:<=>?]$/.test(sequence);
}

const named: Readonly<Record<string, Key>> = {
  '\r': { kind: 'enter' },
  '\n': { kind: 'enter' },
  '\b': { kind: 'backspace' },
  '\u007F': { kind: 'backspace' },
  '\u0003': { kind: 'interrupt' },
  '\u0004': { kind: 'end' },
};

/** Null for controls that mean nothing here. */
function keyOf(character: string): Key | null {
  const known = named[character];
  if (known) return known;
  return /\p{Cc}/u.test(character) ? null : { kind: 'text', text: character };
}
