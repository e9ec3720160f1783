import { useEffect, useState } from 'preact/hooks';
import type { Bridge } from '#ipc/contract.ts';
import { call } from '../../companion.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Button, Row } from '../../ui/controls.tsx';
import { useSay } from '../../ui/say.tsx';
import { words as pageWords } from '../../words.ts';
import { connectionWords } from './words.ts';

const words = connectionWords.token;

/** A person reads or copies it in this time; somebody who looks over a shoulder later does not. */
const shownMs = 30_000;

interface Props {
  readonly companion: Bridge;
  /** Its second step is open. */
  readonly replacing: boolean;
  readonly onReplacing: (replacing: boolean) => void;
}

/** The token of our own Gateway: hidden until a person asks, and hidden again soon (IP-08). */
export function TokenSection({ companion, replacing, onReplacing }: Props) {
  const say = useSay();
  const [token, setToken] = useState<string | null>(null);
  useHidden(token !== null, () => setToken(null));

  async function show(): Promise<void> {
    const reply = await call(companion, 'connection.revealToken', null);
    if (reply.ok) setToken(reply.value);
    else say.failed(reply.message ?? pageWords.settings.noAnswer);
  }
  async function copy(): Promise<void> {
    const reply = await call(companion, 'connection.copyToken', null);
    if (reply.ok && reply.value) say.done(connectionWords.gateway.copied);
    else say.failed((reply.ok ? null : reply.message) ?? words.notCopied);
  }
  async function replace(): Promise<void> {
    setToken(null);
    onReplacing(false);
    const reply = await call(companion, 'connection.rotateToken', null);
    if (reply.ok) say.done(words.confirm.done);
    else say.failed(reply.message ?? pageWords.settings.noAnswer);
  }

  return (
    <>
      <section class="rows" aria-label={words.title}>
        <Row title={words.title} hint={words.hint}>
          <Button id="show-token" onPress={token === null ? show : () => setToken(null)}>
            {token === null ? words.show : words.hide}
          </Button>
          <Button id="copy-token" label={words.copyToken} onPress={copy}>
            {words.copy}
          </Button>
          <Button id="replace-token" disabled={replacing} onPress={() => onReplacing(true)}>
            {words.replace}
          </Button>
        </Row>
        {token !== null && (
          <Row title={words.shown}>
            <code id="token" class="copyable">
              {token}
            </code>
          </Row>
        )}
      </section>
      {replacing && (
        <Confirm
          title={words.confirm.title}
          sentences={words.confirm.sentences}
          confirm={words.confirm.go}
          onBack={() => onReplacing(false)}
          onConfirm={replace}
        />
      )}
    </>
  );
}

/** Hides after a while, and when nobody looks at the window any more. */
function useHidden(isShown: boolean, hide: () => void): void {
  useEffect(() => {
    if (!isShown) return;
    const timer = setTimeout(hide, shownMs);
    const onVisibility = (): void => {
      if (document.hidden) hide();
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [isShown]);
}
