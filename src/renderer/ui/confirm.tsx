import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isArmed, neverArmed, rearm } from '../approval/arming.ts';
import { readOn, unread } from '../approval/reading.ts';
import { words } from '../words.ts';
import { Button } from './controls.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What it means, one sentence each. */
  readonly sentences: readonly string[];
  readonly confirm: string;
  readonly onBack: () => unknown;
  readonly onConfirm: () => unknown;
}

/**
 * A second step in place, for what lets more happen or cannot be taken back: Back has the focus,
 * and the other button waits until it can have been read (AP-05), to its end (S5).
 */
export function Confirm({ title, sentences, confirm, onBack, onConfirm }: ConfirmProps) {
  const back = useRef<HTMLDivElement>(null);
  const content = sentences.join('\n');
  const { reading, box, look } = useReading(content);
  const armed = useArmed(content) && reading.done;
  const pressed = useRef(false);
  useEffect(() => back.current?.querySelector<HTMLElement>('#confirm-back')?.focus(), []);
  return (
    <section
      ref={back}
      class="confirm"
      aria-labelledby="confirm-title"
      onPointerDown={(event) => {
        pressed.current = armed && isGo(event);
      }}
      onClickCapture={(event) => {
        // A pointer that went down before it could have been read decides nothing (AP-05).
        if (isGo(event) && event.detail > 0 && !pressed.current) event.stopPropagation();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.repeat) return;
        event.stopPropagation();
        void onBack();
      }}
    >
      <h2 id="confirm-title">{title}</h2>
      <ul ref={box} tabIndex={reading.screens > 1 ? 0 : undefined} onScroll={look}>
        {sentences.map((sentence) => (
          <li key={sentence}>
            <bdi>{sentence}</bdi>
          </li>
        ))}
      </ul>
      {!reading.done && (
        <p class="soft">{words.answer.scrollToEnd(reading.read, reading.screens)}</p>
      )}
      <div class="confirm-choices">
        <Button id="confirm-back" onPress={onBack}>
          {words.settings.back}
        </Button>
        <Button id="confirm-go" kind="danger" disabled={!armed} onPress={onConfirm}>
          {confirm}
        </Button>
      </div>
    </section>
  );
}

/** How much of the sentences was in view, where they do not fit. */
function useReading(content: string) {
  const box = useRef<HTMLUListElement>(null);
  const [reading, setReading] = useState(unread);
  const extent = () => {
    const {
      scrollTop: top = 0,
      clientHeight: shown = 0,
      scrollHeight: whole = 0,
    } = box.current ?? {};
    return { top, shown, whole };
  };
  useLayoutEffect(() => setReading(readOn(unread, extent())), [content]);
  return { reading, box, look: () => setReading((before) => readOn(before, extent())) };
}

function isGo({ target }: Event): boolean {
  return target instanceof Element && target.closest('#confirm-go') !== null;
}

/** True once `content` has stood still for the arming time, since it was shown or got the focus. */
function useArmed(content: string): boolean {
  const [arming, setArming] = useState(neverArmed);
  const [, look] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stand = (): void => {
      const nowMs = performance.now();
      const next = rearm(neverArmed, nowMs);
      setArming(next);
      clearTimeout(timer);
      const left = Math.max(1, Math.ceil(next.armedAtMs - nowMs));
      timer = setTimeout(() => look((count) => count + 1), left);
    };
    stand();
    window.addEventListener('focus', stand);
    document.addEventListener('visibilitychange', stand);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('focus', stand);
      document.removeEventListener('visibilitychange', stand);
    };
  }, [content]);
  return isArmed(arming, performance.now());
}
