import type { Bridge, Snapshot } from '#ipc/contract.ts';
import type { ShownPairing } from '#ipc/pairing.ts';
import { call } from '../../companion.ts';
import { Button, Row } from '../../ui/controls.tsx';
import { words as pageWords } from '../../words.ts';
import { connectionWords } from './words.ts';

const words = connectionWords.requests;

/** Its own word for itself comes first among the facts. */
function nameOf({ facts }: ShownPairing): string {
  const named = facts[0];
  return named?.claimed ? pageWords.claimed(named.text) : words.noName;
}

/** Who waits; the answer is given in the window that shows all of it. */
export function RequestsSection({
  waiting,
  companion,
}: {
  readonly waiting: Snapshot['pairing']['waiting'];
  readonly companion: Bridge;
}) {
  if (waiting.length === 0) return null;
  return (
    <>
      <h2>{words.title}</h2>
      <section class="rows" aria-label={words.title}>
        {waiting.map((one) => (
          <Row key={`${one.kind} ${one.requestId}`} title={nameOf(one)} hint={one.title}>
            <Button
              label={words.openOne(one.title, nameOf(one))}
              onPress={() => call(companion, 'windows.open', { window: 'approval' })}
            >
              {words.open}
            </Button>
          </Row>
        ))}
      </section>
    </>
  );
}
