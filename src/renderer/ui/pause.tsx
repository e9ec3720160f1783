import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Bridge } from '#ipc/contract.ts';
import type { StatusState } from '#ipc/status.ts';
import { call } from '../companion.ts';
import { Button } from './controls.tsx';
import { pauseWords } from './pause-words.ts';

interface Props {
  readonly standstill: StatusState['standstill'];
  readonly companion: Bridge;
}

/** Stops everything, or starts it again; what it shows comes back with the next snapshot. */
export function PauseButtons({ standstill, companion }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  const buttons = useRef<HTMLDivElement>(null);
  const pressed = useRef(false);
  const stands = standstill !== null;
  const set = async (minutes: number | null): Promise<void> => {
    pressed.current = true;
    const reply = await call(companion, 'standstill.set', { minutes });
    setFailed(reply.ok ? null : (reply.message ?? pauseWords.failed));
  };
  useLayoutEffect(() => {
    // The pressed button is gone: the keyboard stays where it was.
    if (pressed.current) buttons.current?.querySelector('button')?.focus();
    pressed.current = false;
  }, [stands]);
  return (
    <>
      <div ref={buttons} class="pause-buttons">
        {stands ? (
          // It takes the place of what was pressed: the rest of a double click must not undo that.
          <Button key="resume" id="resume" onPress={({ detail }) => detail < 2 && set(0)}>
            {pauseWords.resume}
          </Button>
        ) : (
          <>
            <Button key="while" id="pause-a-while" onPress={() => set(pauseWords.minutes)}>
              {pauseWords.forAWhile}
            </Button>
            <Button key="pause" id="pause" onPress={() => set(null)}>
              {pauseWords.untilResumed}
            </Button>
          </>
        )}
      </div>
      {failed !== null && <p role="alert">{failed}</p>}
    </>
  );
}
