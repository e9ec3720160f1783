import type { ComponentChildren } from 'preact';
import type { Channel, Output } from '#ipc/contract.ts';
import { words } from '../words.ts';
import { Banner } from './banner.tsx';
import { Button } from './controls.tsx';
import type { Answer } from './use-answer.ts';
import { Waits } from './waits.tsx';

/** What the main process answered, or why it did not; the last good answer stays below a failure. */
export function Answered<C extends Channel>({
  answer: { value, problem, reload },
  children,
}: {
  readonly answer: Answer<C>;
  readonly children: (value: Output<C>) => ComponentChildren;
}) {
  return (
    <>
      {problem !== null && (
        <Banner tone="danger">
          <p>{problem}</p>
          <Button id="retry" onPress={reload}>
            {words.settings.retry}
          </Button>
        </Banner>
      )}
      {value === null
        ? problem === null && (
            <p class="empty">
              <Waits>{words.settings.loading}</Waits>
            </p>
          )
        : children(value)}
    </>
  );
}
