import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { words } from '../words.ts';

/** How long a word is said, and how long something can be taken back (ui.md §4). */
const wordMs = 2_500;
const undoMs = 10_000;

interface Saying {
  readonly text: string;
  readonly tone: 'good' | 'bad';
  readonly undo: (() => unknown) | null;
}

export interface Say {
  /** "Saved", or something like it. With `undo`: taken back by it for ten seconds. */
  done(text: string, undo?: () => unknown): void;
  /** Stays until the next word: it says what happened and what to do. */
  failed(text: string): void;
}

const SayContext = createContext<Say>({ done: () => undefined, failed: () => undefined });

/** The one line at the bottom of the window that tells how a change went. */
export const useSay = (): Say => useContext(SayContext);

export function SayProvider({ children }: { children: ComponentChildren }) {
  const [saying, setSaying] = useState<Saying | null>(null);
  const say = useMemo<Say>(
    () => ({
      done: (text, undo) => setSaying({ text, tone: 'good', undo: undo ?? null }),
      failed: (text) => setSaying({ text, tone: 'bad', undo: null }),
    }),
    [],
  );
  useEffect(() => {
    if (saying === null || saying.tone === 'bad') return;
    const timer = setTimeout(() => setSaying(null), saying.undo === null ? wordMs : undoMs);
    return () => clearTimeout(timer);
  }, [saying]);
  return (
    <SayContext.Provider value={say}>
      {children}
      <div class="say" role="status" aria-live="polite" data-tone={saying?.tone}>
        {saying !== null && (
          <>
            <span>{saying.text}</span>
            {saying.undo !== null && (
              <button
                type="button"
                id="undo"
                class="link"
                onClick={() => {
                  setSaying(null);
                  void saying.undo?.();
                }}
              >
                {words.settings.undo}
              </button>
            )}
            {saying.tone === 'bad' && (
              <button type="button" id="heard" class="link" onClick={() => setSaying(null)}>
                {words.settings.hide}
              </button>
            )}
          </>
        )}
      </div>
    </SayContext.Provider>
  );
}
