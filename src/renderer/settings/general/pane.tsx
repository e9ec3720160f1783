import type { Input, Output } from '#ipc/contract.ts';
import type { General } from '#ipc/general.ts';
import type { StatusState } from '#ipc/status.ts';
import { call } from '../../companion.ts';
import { Answered } from '../../ui/answered.tsx';
import { Button, Row, Switch } from '../../ui/controls.tsx';
import { PauseButtons } from '../../ui/pause.tsx';
import { pauseWords } from '../../ui/pause-words.ts';
import { useSay } from '../../ui/say.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import { useReturn } from '../../ui/use-return.ts';
import { words as pageWords } from '../../words.ts';
import type { PaneProps } from '../pane-props.ts';
import { generalWords as words } from './words.ts';

type Change = Input<'general.set'>;

/** Settings of the app itself; a switch shows what is, read back after every change. */
export function GeneralPane({ snapshot, companion }: PaneProps) {
  const answer = useAnswer(companion, 'general.get', null, null);
  const say = useSay();
  // Login items can be changed in the system's settings as well.
  useReturn(answer.reload);

  async function change(to: Change, done: (value: Output<'general.set'>) => void): Promise<void> {
    const reply = await call(companion, 'general.set', to);
    if (!reply.ok) {
      say.failed(reply.message ?? pageWords.settings.noAnswer);
      return;
    }
    answer.put(reply.value);
    if (holds(to, reply.value)) done(reply.value);
    else say.failed(reply.value.launchAtLogin.help ?? words.notSo);
  }
  const set = (to: Change) =>
    change(to, () =>
      say.done(pageWords.settings.saved, () =>
        change(opposite(to), () => say.done(pageWords.settings.undone)),
      ),
    );

  return (
    <>
      <Answered answer={answer}>
        {(general) => <Switches general={general} onChange={set} />}
      </Answered>
      <PauseEverything standstill={snapshot.status.standstill} companion={companion} />
      <Quit companion={companion} />
    </>
  );
}

function PauseEverything({
  standstill,
  companion,
}: Pick<PaneProps, 'companion'> & Pick<StatusState, 'standstill'>) {
  return (
    <section class="rows" aria-label={pauseWords.title}>
      <Row
        title={standstill === null ? words.pause : pauseWords.paused(standstill.untilMs)}
        hint={pauseWords.hint}
      >
        <PauseButtons standstill={standstill} companion={companion} />
      </Row>
    </section>
  );
}

/** Here as well as at the icon, which some desktops do not show. */
function Quit({ companion }: Pick<PaneProps, 'companion'>) {
  const say = useSay();
  async function quit(): Promise<void> {
    const reply = await call(companion, 'app.quit', null);
    if (!reply.ok) say.failed(reply.message ?? pageWords.settings.noAnswer);
  }
  return (
    <section class="rows" aria-label={words.quit}>
      <Row title={words.quit} hint={words.quitHint}>
        <Button id="quit" onPress={quit}>
          {pageWords.status.quit}
        </Button>
      </Row>
    </section>
  );
}

function Switches({
  general: { launchAtLogin, dockIcon, announce },
  onChange,
}: {
  readonly general: General;
  readonly onChange: (change: Change) => unknown;
}) {
  const { status, help } = launchAtLogin;
  return (
    <section class="rows" aria-label={words.app}>
      <Row title={words.login} hint={[words.loginStates[status], help].filter(Boolean).join(' ')}>
        <Switch
          id="launch-at-login"
          label={words.login}
          on={status === 'on'}
          onChange={(on) => onChange({ launchAtLogin: on })}
        />
      </Row>
      {dockIcon !== null && (
        <Row title={words.dock} hint={words.dockHint}>
          <Switch
            id="dock-icon"
            label={words.dock}
            on={dockIcon}
            onChange={(on) => onChange({ dockIcon: on })}
          />
        </Row>
      )}
      <Row title={words.announce} hint={words.announceHint}>
        <Switch
          id="announce"
          label={words.announce}
          on={announce}
          onChange={(on) => onChange({ announce: on })}
        />
      </Row>
    </section>
  );
}

/** Whether what was wished is what the system says now. */
function holds(wish: Change, now: General): boolean {
  if ('launchAtLogin' in wish) return (now.launchAtLogin.status === 'on') === wish.launchAtLogin;
  return 'dockIcon' in wish ? now.dockIcon === wish.dockIcon : now.announce === wish.announce;
}

function opposite(change: Change): Change {
  if ('launchAtLogin' in change) return { launchAtLogin: !change.launchAtLogin };
  return 'dockIcon' in change ? { dockIcon: !change.dockIcon } : { announce: !change.announce };
}
