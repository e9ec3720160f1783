/** Who could see a question that another Gateway asks on this computer (exec-ipc §6.3). */
export interface PresenceFacts {
  /** Where that Gateway runs. */
  readonly gateway: 'local' | 'remote';
  /** Session of the chat that is on the screen. */
  readonly activeSession: string | null;
  /** Seconds since the last input of a person; null when nothing tells. */
  readonly idleSeconds: number | null;
}

/** Somebody who touched nothing for longer is taken for gone. */
const idleLimitSeconds = 120;

/**
 * Whether to show a question here: not on a computer that nobody sits at while the person is
 * elsewhere. Without any sign, only a Gateway of this computer is shown.
 */
export function isPersonHere(facts: PresenceFacts, requestSession: string | null): boolean {
  const { gateway, idleSeconds } = facts;
  const active = facts.activeSession?.trim() ?? '';
  const wanted = requestSession?.trim() ?? '';
  if (active !== '') return wanted === '' || active === wanted;
  if (wanted === '' || idleSeconds === null) return gateway === 'local';
  return idleSeconds <= idleLimitSeconds;
}
