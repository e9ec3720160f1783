import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Connection } from '#ipc/connection.ts';
import { type CallResult, call } from '../../companion.ts';
import { Answered } from '../../ui/answered.tsx';
import { useSay } from '../../ui/say.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import { words as pageWords } from '../../words.ts';
import type { PaneProps } from '../pane-props.ts';
import { DevicesSection, type Revocable } from './devices.tsx';
import { GatewaySection } from './gateway.tsx';
import { NodesSection } from './nodes.tsx';
import { RequestsSection } from './requests.tsx';
import { TokenSection } from './token.tsx';
import { connectionWords as words } from './words.ts';

/** The Gateway, its token, and who has been let in. */
export function ConnectionPane({ snapshot, companion }: PaneProps) {
  const answer = useAnswer(companion, 'connection.get', null, snapshot.marks.connection);
  const { waiting } = snapshot.pairing;
  return (
    <Answered answer={answer}>
      {(connection) => (
        <>
          <GatewaySection gateway={connection.gateway} />
          <LetIn connection={connection} companion={companion} nowMs={snapshot.nowMs}>
            <RequestsSection waiting={waiting} companion={companion} />
          </LetIn>
        </>
      )}
    </Answered>
  );
}

/** One second step at a time, on the whole pane. */
type Step =
  | { readonly kind: 'replace' }
  | { readonly kind: 'revoke'; readonly what: Revocable }
  | { readonly kind: 'revoke-node'; readonly id: string };

function LetIn({
  connection: { gateway, hasToken, devices, nodes },
  companion,
  nowMs,
  children,
}: {
  readonly connection: Connection;
  readonly companion: PaneProps['companion'];
  readonly nowMs: number;
  /** Who waits: between the token and those who are in. */
  readonly children: ComponentChildren;
}) {
  const say = useSay();
  const [step, setStep] = useState<Step | null>(null);

  async function revoked(
    asked: Promise<CallResult<'connection.revoke' | 'connection.revokeNode'>>,
  ): Promise<void> {
    setStep(null);
    const reply = await asked;
    if (!reply.ok) say.failed(reply.message ?? pageWords.settings.noAnswer);
    else if (reply.value) say.done(words.devices.confirm.done);
    else say.failed(words.devices.confirm.gone);
  }

  return (
    <>
      {hasToken ? (
        <TokenSection
          companion={companion}
          replacing={step?.kind === 'replace'}
          onReplacing={(on) => setStep(on ? { kind: 'replace' } : null)}
        />
      ) : (
        <p class="soft">{words.token.none[gateway.mode]}</p>
      )}
      {children}
      <DevicesSection
        devices={devices}
        mode={gateway.mode}
        nowMs={nowMs}
        revoking={step?.kind === 'revoke' ? step.what : null}
        onRevoking={(what) => setStep(what && { kind: 'revoke', what })}
        onRevoke={(what) => revoked(call(companion, 'connection.revoke', what))}
      />
      <NodesSection
        nodes={nodes}
        mode={gateway.mode}
        revoking={step?.kind === 'revoke-node' ? step.id : null}
        onRevoking={(id) => setStep(id === null ? null : { kind: 'revoke-node', id })}
        onRevoke={(id) => revoked(call(companion, 'connection.revokeNode', { id }))}
      />
    </>
  );
}
