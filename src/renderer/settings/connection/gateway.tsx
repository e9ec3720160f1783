import type { Connection } from '#ipc/connection.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button, Row } from '../../ui/controls.tsx';
import { useSay } from '../../ui/say.tsx';
import { copyText } from './copy-text.ts';
import { connectionWords } from './words.ts';

const words = connectionWords.gateway;

function stateOf({ node, operator }: Connection['gateway']): string {
  if (node && operator) return words.connected;
  if (node) return words.nodeOnly;
  return operator ? words.operatorOnly : words.notConnected;
}

/** Which Gateway it is, and whether it can be reached. */
export function GatewaySection({ gateway }: Pick<Connection, 'gateway'>) {
  const say = useSay();
  const copy = (): void => {
    if (copyText(gateway.url)) say.done(words.copied);
    else say.failed(words.notCopied);
  };
  return (
    <>
      {gateway.problem !== null && <Banner tone="caution">{gateway.problem}</Banner>}
      <section class="rows" aria-label={words.title}>
        <Row title={words.state} hint={words.mode[gateway.mode]}>
          <b>{stateOf(gateway)}</b>
        </Row>
        <Row title={words.address}>
          <code class="copyable">{gateway.url}</code>
          <Button id="copy-address" label={words.copyAddress} onPress={copy}>
            {words.copy}
          </Button>
        </Row>
      </section>
    </>
  );
}
