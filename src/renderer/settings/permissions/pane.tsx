import { useState } from 'preact/hooks';
import type { Output } from '#ipc/contract.ts';
import type { Capability, PermissionRow } from '#ipc/permissions.ts';
import { call } from '../../companion.ts';
import { Answered } from '../../ui/answered.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Fact } from '../../ui/fact.tsx';
import { useSay } from '../../ui/say.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import { useReturn } from '../../ui/use-return.ts';
import { useWhileSeen } from '../../ui/use-while-seen.ts';
import { words as pageWords } from '../../words.ts';
import type { PaneProps } from '../pane-props.ts';
import { PermissionEntry } from './row.tsx';
import { permissionWords as words } from './words.ts';

/** The system tells nobody what was changed in its settings, perhaps beside this window. */
const lookMs = 1_000;

/** What the system lets this app do (app-features §7). */
export function PermissionsPane({ companion }: PaneProps) {
  const answer = useAnswer(companion, 'permissions.list', null, null);
  const [asking, setAsking] = useState<Capability | null>(null);
  const say = useSay();
  useReturn(answer.reload);
  const canChange = answer.value?.rows.some(({ action }) => action === 'open-settings') ?? false;
  useWhileSeen(answer.reload, canChange ? lookMs : null);

  async function act({ capability, action }: PermissionRow): Promise<void> {
    // The system shows one question at a time.
    if (asking !== null) return;
    setAsking(capability);
    const reply = await call(companion, 'permissions.act', { capability });
    setAsking(null);
    if (!reply.ok) return say.failed(reply.message ?? pageWords.settings.noAnswer);
    answer.put(reply.value);
    const now = reply.value.rows.find((row) => row.capability === capability);
    // Else the question of the system may still be open: nothing has happened yet.
    if (action === 'request' && now?.state === 'granted')
      say.done(words.now(now.title, words.states[now.state]));
  }

  return (
    <Answered answer={answer}>
      {({ holder, warning, rows }) => (
        <>
          <p class="soft">{words.lead}</p>
          {warning !== null && <Banner tone="caution">{warning}</Banner>}
          <Holder holder={holder} />
          <ul class="rows">
            {rows.map((row) => (
              <PermissionEntry
                key={row.capability}
                row={row}
                asking={asking === row.capability}
                onAct={() => act(row)}
              />
            ))}
          </ul>
        </>
      )}
    </Answered>
  );
}

function Holder({ holder }: Pick<Output<'permissions.list'>, 'holder'>) {
  return (
    <dl class="facts">
      <Fact label={words.holder}>{holder.name}</Fact>
      <Fact label={words.bundleId}>
        <code>{holder.bundleId}</code>
      </Fact>
      <Fact label={words.path}>
        <code>{holder.path}</code>
      </Fact>
    </dl>
  );
}
