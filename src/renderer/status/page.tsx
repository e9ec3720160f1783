import type { Bridge, Snapshot } from '#ipc/contract.ts';
import type { StatusState } from '#ipc/status.ts';
import { call } from '../companion.ts';
import { Icon } from '../ui/icons.tsx';
import { timeOfDay } from '../ui/moment.ts';
import { PauseButtons } from '../ui/pause.tsx';
import { pauseWords } from '../ui/pause-words.ts';
import { useWantedHeight } from '../ui/wanted-height.ts';
import { words } from '../words.ts';
import { Headline } from './activity.tsx';
import { Paused } from './paused.tsx';
import { Recent } from './recent.tsx';
import { statusWords } from './words.ts';

interface Props {
  readonly snapshot: Snapshot;
  readonly companion: Bridge;
}

/** The popover of the tray icon: what is going on, in one look (ui.md §3). */
export function StatusPage({ snapshot, companion }: Props) {
  const { status, approvals, pairing, nowMs } = snapshot;
  const onOpen = () => call(companion, 'windows.open', { window: 'approval' });
  const wanted = useWantedHeight('fit');
  return (
    <>
      <div ref={wanted} class="wanted" />
      <div class="page">
        <header class="header">
          {status.problem !== null && (
            <p class="problem" role="alert">
              <Icon name="caution" />
              <span>{status.problem}</span>
            </p>
          )}
          <Headline status={status} nowMs={nowMs} />
          <Connection status={status} />
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard */}
        <section class="body" aria-label={status.headline} tabIndex={0}>
          <Waiting waiting={approvals.waiting.length} onOpen={onOpen} />
          <Pairing waiting={pairing.waiting.length} onOpen={onOpen} />
          <Paused agents={status.pausedAgents} companion={companion} />
          <Recent decisions={status.recent} />
        </section>
        <Pause standstill={status.standstill} companion={companion} />
        <footer class="footer">
          <button
            type="button"
            id="quit"
            class="link"
            onClick={() => void call(companion, 'app.quit', null)}
          >
            {words.status.quit}
          </button>
          <span class="gap" />
          <span>{words.status.version(status.version)}</span>
          <button
            type="button"
            id="settings"
            class="link"
            onClick={() => void call(companion, 'windows.open', { window: 'settings' })}
          >
            {statusWords.settings}
          </button>
        </footer>
      </div>
    </>
  );
}

function Connection({ status: { gateway } }: { status: StatusState }) {
  const { health } = gateway;
  const isConnected = gateway.node && gateway.operator;
  return (
    <div class="connection soft">
      <p title={gateway.url}>{statusWords.gateway[gateway.mode](isConnected)}</p>
      {health !== null && (
        <p class={health.isOk ? undefined : 'unwell'}>
          {statusWords.health(health.text, timeOfDay(health.checkedAtMs))}
        </p>
      )}
    </div>
  );
}

function Waiting({ waiting, onOpen }: { waiting: number; onOpen: () => unknown }) {
  if (waiting === 0) return <p class="waiting none">{words.status.noneWaiting}</p>;
  return (
    <div class="waiting">
      <span>{words.status.waiting(waiting)}</span>
      <button type="button" id="open" class="choice small" onClick={() => void onOpen()}>
        {words.status.open}
      </button>
    </div>
  );
}

function Pairing({ waiting, onOpen }: { waiting: number; onOpen: () => unknown }) {
  if (waiting === 0) return null;
  return (
    <div class="waiting">
      <span>{statusWords.pairing(waiting)}</span>
      <button type="button" id="pairing" class="choice small" onClick={() => void onOpen()}>
        {statusWords.show}
      </button>
    </div>
  );
}

function Pause({
  standstill,
  companion,
}: {
  standstill: StatusState['standstill'];
  companion: Bridge;
}) {
  return (
    <section class="pause" aria-labelledby="pause-title">
      <h2 id="pause-title">
        {standstill === null ? pauseWords.title : pauseWords.paused(standstill.untilMs)}
      </h2>
      <PauseButtons standstill={standstill} companion={companion} />
    </section>
  );
}
