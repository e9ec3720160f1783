import { z } from 'zod';
import {
  answerSchema,
  approvalStateSchema,
  decideInputSchema,
  denyManyInputSchema,
} from './approvals.ts';
import { connectionSchema, revokeInputSchema, revokeNodeInputSchema } from './connection.ts';
import {
  aboutSchema,
  generalSchema,
  generalSetInputSchema,
  linkInputSchema,
  standstillInputSchema,
} from './general.ts';
import {
  historyFilterSchema,
  historyPageInputSchema,
  historyPageSchema,
  historySummarySchema,
} from './history.ts';
import {
  logsExportSchema,
  logsTailInputSchema,
  logsTailSchema,
  logsWriteInputSchema,
} from './logs.ts';
import { pairingDecideInputSchema, pairingResultSchema, pairingStateSchema } from './pairing.ts';
import { permissionActInputSchema, permissionsSchema } from './permissions.ts';
import {
  rulesAppliedSchema,
  rulesApplyInputSchema,
  rulesEditSchema,
  rulesListSchema,
  rulesPreviewSchema,
  rulesUndoInputSchema,
} from './rules.ts';
import { pauseResumeInputSchema, statusStateSchema } from './status.ts';

/**
 * What pages may ask of the main process, and what they are shown. Main side, preload side and the
 * double for tests are derived from this one object (ES-13, ES-16).
 */

export const windowNames = ['approval', 'status', 'settings', 'toast'] as const;
export type WindowName = (typeof windowNames)[number];

/** Sections of the settings window. */
const settingsSections = [
  'approvals',
  'rules',
  'permissions',
  'connection',
  'general',
  'logs',
  'about',
] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** Whole state of all pages, of which each gets what it draws; a page never keeps anything else. */
export const snapshotSchema = z.object({
  /** Rises with every change; an older one is dropped. */
  revision: z.number(),
  nowMs: z.number(),
  approvals: approvalStateSchema,
  pairing: pairingStateSchema,
  status: statusStateSchema,
  /** What the settings window shows; null: whatever it showed last. */
  section: z.enum(settingsSections).nullable(),
  /** What the toast shows: `system.notify` with delivery `overlay` (node-commands §2.3). */
  toast: z.object({ id: z.string(), title: z.string(), body: z.string() }).nullable(),
  /** A page that shows one of these asks for it again when its mark has changed. */
  marks: z.object({ history: z.number(), rules: z.string(), connection: z.number() }),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

const nothing = z.null();
const everywhere = windowNames;
/** Windows that a person opens and closes. */
const opened = ['approval', 'status', 'settings'] as const;
const answering = ['approval'] as const;
const settings = ['settings'] as const;
const approvalId = z.strictObject({ id: z.string().max(200) });

/** Channel → who may call it, with what, and what comes back. */
export const contract = {
  'snapshot.get': { windows: everywhere, input: nothing, output: snapshotSchema },
  'approvals.decide': { windows: answering, input: decideInputSchema, output: answerSchema },
  'approvals.denyMany': {
    windows: answering,
    input: denyManyInputSchema,
    output: z.array(answerSchema),
  },
  'approvals.copy': { windows: answering, input: approvalId, output: z.boolean() },
  /** "Keep waiting"; false: it is over, or its time is not ours to move. */
  'approvals.extend': { windows: answering, input: approvalId, output: z.boolean() },
  /** "Ask again" after a question expired: tells the agent that it may; false: it cannot be told. */
  'approvals.askAgain': { windows: answering, input: approvalId, output: z.boolean() },
  'pairing.decide': {
    windows: ['approval', 'settings'],
    input: pairingDecideInputSchema,
    output: pairingResultSchema,
  },
  'history.page': { windows: settings, input: historyPageInputSchema, output: historyPageSchema },
  'history.summary': {
    windows: settings,
    input: historyFilterSchema,
    output: historySummarySchema,
  },
  'rules.list': { windows: settings, input: nothing, output: rulesListSchema },
  'rules.preview': {
    windows: settings,
    input: z.strictObject({ edit: rulesEditSchema }),
    output: rulesPreviewSchema,
  },
  'rules.apply': { windows: settings, input: rulesApplyInputSchema, output: rulesAppliedSchema },
  'rules.undo': { windows: settings, input: rulesUndoInputSchema, output: z.boolean() },
  'permissions.list': { windows: settings, input: nothing, output: permissionsSchema },
  'permissions.act': {
    windows: settings,
    input: permissionActInputSchema,
    output: permissionsSchema,
  },
  'connection.get': { windows: settings, input: nothing, output: connectionSchema },
  /** The token itself, for the moment a person asks to see it. */
  'connection.revealToken': { windows: settings, input: nothing, output: z.string() },
  'connection.copyToken': { windows: settings, input: nothing, output: z.boolean() },
  /** Everybody who used the old one has to be told the new one. */
  'connection.rotateToken': { windows: settings, input: nothing, output: nothing },
  'connection.revoke': { windows: settings, input: revokeInputSchema, output: z.boolean() },
  /** False: nothing lets it in any more. */
  'connection.revokeNode': {
    windows: settings,
    input: revokeNodeInputSchema,
    output: z.boolean(),
  },
  'general.get': { windows: settings, input: nothing, output: generalSchema },
  'general.set': { windows: settings, input: generalSetInputSchema, output: generalSchema },
  'standstill.set': {
    windows: ['status', 'settings'],
    input: standstillInputSchema,
    output: nothing,
  },
  /** False: it is over already. */
  'pauses.resume': { windows: ['status'], input: pauseResumeInputSchema, output: z.boolean() },
  'logs.tail': { windows: settings, input: logsTailInputSchema, output: logsTailSchema },
  /** What is written down, from the next line on. */
  'logs.write': { windows: settings, input: logsWriteInputSchema, output: nothing },
  'logs.export': { windows: settings, input: nothing, output: logsExportSchema },
  'about.get': { windows: settings, input: nothing, output: aboutSchema },
  'links.open': {
    windows: ['status', 'settings'],
    input: linkInputSchema,
    output: z.boolean(),
  },
  'windows.open': {
    windows: opened,
    input: z.strictObject({
      window: z.enum(opened),
      /** With `settings`: where it opens. */
      section: z.enum(settingsSections).optional(),
    }),
    output: nothing,
  },
  'windows.close': { windows: everywhere, input: nothing, output: nothing },
  'app.quit': { windows: ['status', 'settings'], input: nothing, output: nothing },
} as const satisfies Record<
  string,
  { windows: readonly WindowName[]; input: z.ZodType; output: z.ZodType }
>;

type Contract = typeof contract;
export type Channel = keyof Contract;
export type Input<C extends Channel> = z.infer<Contract[C]['input']>;
export type Output<C extends Channel> = z.infer<Contract[C]['output']>;

/** Name of the push from main to page that carries a whole snapshot. */
export const snapshotEvent = 'snapshot';

/** What comes back over a channel; an error is told in words a person can read. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** What a page finds as `window.companion`. */
export interface Bridge {
  call<C extends Channel>(channel: C, input: Input<C>): Promise<Reply<Output<C>>>;
  /** Called with every new snapshot; returns the function that stops it. */
  onSnapshot(listener: (snapshot: Snapshot) => void): () => void;
}
