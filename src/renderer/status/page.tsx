import type { Snapshot } from '#ipc/contract.ts';
import type { StatusState } from '#ipc/status.ts';
import { Fact } from '../ui/fact.tsx';
import { Icon } from '../ui/icons.tsx';
import { useWantedHeight } from '../ui/wanted-height.ts';
import { words } from '../words.ts';
import { Recent } from './recent.tsx';
import { timeOfDay } from './time.ts';

interface Props {
  readonly snapshot: Snapshot;
  readonly onOpen: () => unknown;
  readonly onQuit: () => unknown;
}

/** The popover of the tray icon: what is going on, in one look (ui.md §3). */
export function StatusPage({ snapshot, onOpen, onQuit }: Props) {
  const { status, approvals } = snapshot;
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
          <h1>
            <bdi>{status.headline}</bdi>
          </h1>
          <Connection status={status} />
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard */}
        <section class="body" aria-label={status.headline} tabIndex={0}>
          <Waiting waiting={approvals.waiting.length} onOpen={onOpen} />
          <Paused agents={status.pausedAgents} />
          <Recent decisions={status.recent} />
        </section>
        <footer class="footer">
          <span>{words.status.version(status.version)}</span>
          <span class="gap" />
          <button type="button" id="quit" class="link" onClick={() => void onQuit()}>
            {words.status.quit}
          </button>
        </footer>
      </div>
    </>
  );
}

function Connection({ status }: { status: StatusState }) {
  const { gateway, policy } = status;
  return (
    <dl class="connection">
      <Fact label={words.status.gateway}>
        <code>{gateway.url}</code>
        <br />
        {[
          words.status.mode[gateway.mode],
          words.status.node(gateway.node),
          words.status.operator(gateway.operator),
        ].join(' · ')}
      </Fact>
      <Fact label={words.status.policy}>
        {policy.problem ??
          [
            words.status.security[policy.security] ?? policy.security,
            words.status.ask[policy.ask] ?? policy.ask,
          ].join('; ')}
      </Fact>
    </dl>
  );
}

function Waiting({ waiting, onOpen }: { waiting: number; onOpen: () => unknown }) {
  if (waiting === 0) return <p class="waiting none">{words.status.noneWaiting}</p>;
  return (
    <div class="waiting">
      <span>{words.status.waiting(waiting)}</span>
      <button type="button" id="open" class="choice" onClick={() => void onOpen()}>
        {words.status.open}
      </button>
    </div>
  );
}

function Paused({ agents }: { agents: StatusState['pausedAgents'] }) {
  if (agents.length === 0) return null;
  return (
    <>
      <h2>{words.status.paused}</h2>
      <ul class="paused">
        {agents.map(({ agent, untilMs }) => (
          <li key={agent}>
            <bdi>{agent}</bdi>
            <span class="when">{words.status.until(timeOfDay(untilMs))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
