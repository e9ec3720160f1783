import type { ShownApproval } from '#ipc/approvals.ts';
import { call } from '../../companion.ts';
import { Button, Row } from '../../ui/controls.tsx';
import { elapsed } from '../../ui/moment.ts';
import { useNow } from '../../ui/use-now.ts';
import { words } from '../../words.ts';
import type { PaneProps } from '../pane-props.ts';
import { historyWords } from './words.ts';

const w = historyWords.waiting;

/** Lines of the list; the window that answers has all of them. */
const most = 10;

/**
 * Who waits for an answer now, and for how long. What they ask for is read, and answered, in the
 * window that is made for it.
 */
export function Waiting({ snapshot, companion }: PaneProps) {
  const { waiting } = snapshot.approvals;
  const nowMs = useNow(snapshot.nowMs, waiting.length === 0 ? null : 1_000);
  const { noneWaiting, waiting: some, open } = words.status;
  return (
    <section class="rows waiting-now">
      <Row title={waiting.length === 0 ? noneWaiting : some(waiting.length)}>
        {waiting.length > 0 && (
          <Button
            id="open-waiting"
            onPress={() => call(companion, 'windows.open', { window: 'approval' })}
          >
            {open}
          </Button>
        )}
      </Row>
      {waiting.length > 0 && (
        <ol class="waiting-list">
          {waiting.slice(0, most).map((one) => (
            <Line key={one.id} approval={one} nowMs={nowMs} />
          ))}
          {waiting.length > most && <li class="soft">{w.more(waiting.length - most)}</li>}
        </ol>
      )}
    </section>
  );
}

function Line({ approval, nowMs }: { readonly approval: ShownApproval; readonly nowMs: number }) {
  const { agent, kind, createdAtMs } = approval;
  return (
    <li>
      <span class="waiting-who">
        {w.quote(agent)}
        <bdi class="waiting-name">{agent.text}</bdi>
        {w.quote(agent)}
      </span>{' '}
      <span class="waiting-what">{w.what(agent, kind)}</span>
      <span class="soft elapsed">
        {`${w.waits(elapsed(nowMs - createdAtMs))} · ${ends(approval, nowMs)}`}
      </span>
    </li>
  );
}

function ends({ expiresAtMs }: ShownApproval, nowMs: number): string {
  if (expiresAtMs === null) return w.noLimit;
  const leftMs = expiresAtMs - nowMs;
  return leftMs <= 0 ? w.over : w.expires(words.duration(leftMs));
}
