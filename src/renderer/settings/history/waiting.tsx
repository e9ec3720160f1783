import type { Bridge } from '#ipc/contract.ts';
import { call } from '../../companion.ts';
import { Button, Row } from '../../ui/controls.tsx';
import { words } from '../../words.ts';

/** What waits for an answer now; answering is done in the window that is made for it. */
export function Waiting({ waiting, companion }: { waiting: number; companion: Bridge }) {
  const { noneWaiting, waiting: some, open } = words.status;
  return (
    <div class="rows waiting-now">
      <Row title={waiting === 0 ? noneWaiting : some(waiting)}>
        {waiting > 0 && (
          <Button
            id="open-waiting"
            onPress={() => call(companion, 'windows.open', { window: 'approval' })}
          >
            {open}
          </Button>
        )}
      </Row>
    </div>
  );
}
