import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Bridge, Channel, Input, Output } from '#ipc/contract.ts';
import { call } from '../companion.ts';
import { words } from '../words.ts';

export interface Answer<C extends Channel> {
  /** The last good one; null before the first. */
  readonly value: Output<C> | null;
  /** Why the latest question was not answered; null when it was. */
  readonly problem: string | null;
  /** Asks again; what it shows stays until then. */
  readonly reload: () => void;
  /** What a change answered, shown without asking again. */
  readonly put: (value: Output<C>) => void;
}

/**
 * What the main process answers on a channel, asked again whenever `mark` changes. A slow answer
 * that is overtaken by a newer one is dropped.
 */
export function useAnswer<C extends Channel>(
  bridge: Bridge,
  channel: C,
  input: Input<C>,
  mark: unknown,
): Answer<C> {
  const [value, setValue] = useState<Output<C> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const asked = useRef(0);
  const wanted = useRef(input);
  wanted.current = input;
  const reload = useCallback(() => {
    asked.current += 1;
    const turn = asked.current;
    void call(bridge, channel, wanted.current).then((reply) => {
      if (turn !== asked.current) return;
      if (reply.ok) setValue(reply.value);
      setProblem(reply.ok ? null : (reply.message ?? words.settings.noAnswer));
    });
  }, [bridge, channel]);
  const put = useCallback((answer: Output<C>) => {
    asked.current += 1;
    setValue(answer);
    setProblem(null);
  }, []);
  // Asked before the page without an answer is painted: the answer need not wait for that.
  useLayoutEffect(reload, [reload, mark]);
  return { value, problem, reload, put };
}
