import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Bridge } from '#ipc/contract.ts';
import type { StatusState } from '#ipc/status.ts';
import { call } from '../companion.ts';
import { Button } from '../ui/controls.tsx';
import { timeOfDay } from '../ui/moment.ts';
import { pauseWords } from '../ui/pause-words.ts';
import { words } from '../words.ts';
import { statusWords } from './words.ts';

type PausedAgent = StatusState['pausedAgents'][number];

interface Props {
  readonly agents: readonly PausedAgent[];
  readonly companion: Bridge;
}

/** Agents that a person paused, and the way to end that. */
export function Paused({ agents, companion }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const around = useRef<HTMLElement | null>(null);
  const resume = async (agent: PausedAgent, button: EventTarget | null): Promise<void> => {
    around.current = button instanceof Element ? button.closest('section') : null;
    const reply = await call(companion, 'pauses.resume', agent);
    setFailed(reply.ok ? null : (reply.message ?? pauseWords.failed));
  };
  useLayoutEffect(() => {
    // The pressed button is gone with its row: the keyboard stays near it.
    if (around.current) (list.current?.querySelector('button') ?? around.current).focus();
    around.current = null;
  }, [agents.length]);
  if (agents.length === 0) return null;
  return (
    <>
      <h2>{words.status.paused}</h2>
      <ul class="paused" ref={list}>
        {agents.map((paused) => (
          <li key={`${paused.untilMs} ${paused.agent}`}>
            <bdi>{paused.agent}</bdi>
            <span class="when">{words.status.until(timeOfDay(paused.untilMs))}</span>
            <Button
              label={statusWords.resume(paused.agent)}
              // The next row takes its place: the rest of a double click must not end that pause.
              onPress={({ detail, target }) => detail < 2 && resume(paused, target)}
            >
              {pauseWords.resume}
            </Button>
          </li>
        ))}
      </ul>
      {failed !== null && <p role="alert">{failed}</p>}
    </>
  );
}
