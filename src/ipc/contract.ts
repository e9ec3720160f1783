import { z } from 'zod';
import {
  answerSchema,
  approvalStateSchema,
  decideInputSchema,
  denyManyInputSchema,
} from './approvals.ts';
import { statusStateSchema } from './status.ts';

/**
 * What pages may ask of the main process, and what they are shown. Main side, preload side and the
 * double for tests are derived from this one object (ES-13, ES-16).
 */

export const windowNames = ['approval', 'status'] as const;
export type WindowName = (typeof windowNames)[number];

/** Whole state of all pages; a page never keeps anything else. */
export const snapshotSchema = z.object({
  /** Rises with every change; an older one is dropped. */
  revision: z.number(),
  nowMs: z.number(),
  approvals: approvalStateSchema,
  status: statusStateSchema,
});
export type Snapshot = z.infer<typeof snapshotSchema>;

const nothing = z.null();

/** Channel → who may call it, with what, and what comes back. */
export const contract = {
  'snapshot.get': { windows: ['approval', 'status'], input: nothing, output: snapshotSchema },
  'approvals.decide': { windows: ['approval'], input: decideInputSchema, output: answerSchema },
  'approvals.denyMany': {
    windows: ['approval'],
    input: denyManyInputSchema,
    output: z.array(answerSchema),
  },
  'approvals.copy': {
    windows: ['approval'],
    input: z.strictObject({ id: z.string().max(200) }),
    output: z.boolean(),
  },
  'windows.open': {
    windows: ['approval', 'status'],
    input: z.strictObject({ window: z.enum(windowNames) }),
    output: nothing,
  },
  'windows.close': { windows: ['approval', 'status'], input: nothing, output: nothing },
  'app.quit': { windows: ['status'], input: nothing, output: nothing },
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
