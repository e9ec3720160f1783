import type { Bridge, Input } from '#ipc/contract.ts';
import { call } from '../../companion.ts';
import { Button } from '../../ui/controls.tsx';
import { useSay } from '../../ui/say.tsx';
import { aboutWords as words } from './words.ts';

/** Opens one of the places that the main process knows by its key (ES-11). */
export function LinkButton({
  link,
  companion,
}: Input<'links.open'> & { readonly companion: Bridge }) {
  const say = useSay();
  async function open(): Promise<void> {
    const reply = await call(companion, 'links.open', { link });
    if (reply.ok && reply.value) return;
    say.failed((reply.ok ? null : reply.message) ?? words.notOpened);
  }
  return (
    <Button id={`open-${link}`} onPress={open}>
      {words.links[link]}
    </Button>
  );
}
