import type { ApprovalDesk, ApprovalPresenter } from '#core/approvals/types.ts';

export interface WindowPlaceDeps
  extends Pick<ApprovalPresenter, 'present' | 'clear' | 'nothingRan'> {
  readonly desk: Pick<ApprovalDesk, 'attach'>;
  /** Something waits, or no longer waits, behind the question in view. */
  readonly changed: () => void;
  readonly isAway: boolean;
}

/** The window's place at the desk. */
export interface WindowPlace {
  /**
   * While nobody can see the window it gets no question to show, and takes none in view: the screen
   * is locked (AP-10), or its page cannot be shown (ES-18).
   */
  setAway(isAway: boolean): void;
  leave(): void;
}

/** Takes it; the question in view may come at once. */
export function takeWindowPlace({
  desk,
  changed,
  isAway: startsAway,
  ...shown
}: WindowPlaceDeps): WindowPlace {
  const surface = 'window';
  // Only this one hears of questions behind the visible one.
  const list: ApprovalPresenter = { surface, mode: 'all', present: changed, clear: changed };
  const one: ApprovalPresenter = { surface, mode: 'one-at-a-time', ...shown };
  const { nothingRan } = shown;
  const away: ApprovalPresenter = { ...list, mode: 'away', ...(nothingRan ? { nothingRan } : {}) };
  const detachList = desk.attach(list);
  let detach = desk.attach(startsAway ? away : one);
  return {
    setAway(isAway) {
      const before = detach;
      detach = desk.attach(isAway ? away : one);
      before();
    },
    leave() {
      detachList();
      detach();
    },
  };
}
