import type { Snapshot } from '#ipc/contract.ts';
import { useWantedHeight } from '../ui/wanted-height.ts';

const words = {
  /** So that no message can pass for one of the companion's own. */
  from: 'Message from an agent',
  hide: 'Click to hide',
} as const;

interface Props {
  readonly toast: Snapshot['toast'];
  readonly onDismiss: () => unknown;
}

/** A message in the corner of the screen (node-commands §2.3); the main process hides it. */
export function ToastPage({ toast, onDismiss }: Props) {
  const wanted = useWantedHeight('fit');
  return (
    <>
      <div ref={wanted} class="wanted" />
      <div class="page" role="status">
        {toast !== null && (
          <>
            <p class="from">{words.from}</p>
            {toast.title !== '' && <h1>{toast.title}</h1>}
            {toast.body !== '' && <p class="text">{toast.body}</p>}
          </>
        )}
      </div>
      <button type="button" class="cover" title={words.hide} onClick={() => void onDismiss()}>
        <span class="heard">{words.hide}</span>
      </button>
    </>
  );
}
