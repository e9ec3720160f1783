import type { Capability, PermissionRow } from '#ipc/permissions.ts';
import type { ExternalLink } from '../security/external-links.ts';

/** What the system says about one capability at this moment, and what can be done about it. */
export type PermissionReading = Pick<PermissionRow, 'state' | 'help' | 'action'>;

/** What this flavour of the app remembers: macOS shows a lost grant like one that never was. */
export interface PastGrant {
  readonly asked: boolean;
  readonly granted: boolean;
}

/** One capability of one system. */
export interface PermissionProbe {
  /** Shows nothing to anybody. */
  read(past: PastGrant): PermissionReading;
  /** Lets the system ask the person; resolves when they answered or took too long. */
  request?(): Promise<void>;
  /** Where a person changes it. */
  readonly pane?: ExternalLink;
}

export type PermissionProbes = Readonly<Record<Capability, PermissionProbe>>;

/** What notifications taught so far: no system has a call that tells. */
export type NotificationLesson = 'granted' | 'refused' | 'unknown';

export interface NotificationFacts {
  readonly isSupported: () => boolean;
  readonly lesson: () => NotificationLesson;
  /** Shows one, and learns from it. */
  readonly tryOne: () => Promise<void>;
}
