import type { PendingApproval } from '#core/approvals/types.ts';
import { errorText } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Logger, Notification } from '#core/ports.ts';

export interface AnnouncementsDeps {
  /** Shows a notification; it only announces (AP-14). */
  readonly announce: (notification: Notification) => Promise<void>;
  readonly log: Logger;
}

/** Tells a person, outside of the window, what happens in it. */
export interface Announcements {
  /** Once for questions that follow each other: what comes after is seen in the window. */
  asked(approval: PendingApproval): void;
  nothingWaits(): void;
  /** The window cannot be shown. */
  broken(): void;
}

export function createAnnouncements({ announce, log }: AnnouncementsDeps): Announcements {
  let isAnnounced = false;
  const notify = (text: Pick<Notification, 'title' | 'body'>): void => {
    announce({ ...text, sound: null, priority: 'active' }).catch((error: unknown) => {
      // The window or the icon shows it as well: a notification is a help, not a need.
      log.debug('approval.announcement.failed', { error: errorText(error) });
    });
  };
  return {
    asked({ kind, subject }) {
      if (isAnnounced) return;
      isAnnounced = true;
      const { title, body } = messages.desktop.announcement;
      notify({ title, body: body(messages.prompt.title(kind, subject.agentId)) });
    },
    nothingWaits() {
      isAnnounced = false;
    },
    broken() {
      isAnnounced = false;
      const { title, body } = messages.desktop.windowBroken;
      notify({ title, body });
    },
  };
}
