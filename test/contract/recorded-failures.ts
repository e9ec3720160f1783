/** Frames that were recorded because they are wrong, and what we must say about them. */

interface RecordedFailure {
  /** `raw`: not JSON, or huge and not kept; `frame`, `params`: which schema refuses it. */
  readonly kind: 'raw' | 'frame' | 'params';
  /** Schema violations in the words of the peers; for `raw` what the recording is about. */
  readonly error: string;
}

const raw = (error: string): RecordedFailure => ({ kind: 'raw', error });
const frame = (error: string): RecordedFailure => ({ kind: 'frame', error });
const params = (error: string): RecordedFailure => ({ kind: 'params', error });

const notInList = (path: string) =>
  `at ${path}: must be equal to constant; at ${path}: must match a schema in anyOf`;
const missing = (...names: string[]) =>
  names.map((name) => `must have required property '${name}'`).join('; ');
const eventSentByClient = `${missing('id', 'method')}; at root: unexpected property 'event'; at /type: must be equal to constant`;

/** Key: recording and 1-based line. Every frame that is not listed here must parse. */
export const recordedFailures: ReadonlyMap<string, RecordedFailure> = new Map([
  ['hs-first-frame-garbage:2', raw('not JSON')],
  ['hs-oversize-first-frame:2', raw('over the payload limit')],
  ['max-size-just-under:4', raw('valid, as large as allowed, not kept')],
  ['oversize-after-connect:5', raw('over the payload limit')],
  ['post-connect-bad-frames:4', raw('not JSON')],
  ['hs-first-frame-event:2', frame(eventSentByClient)],
  ['post-connect-bad-frames:6', frame(missing('id'))],
  ['post-connect-bad-frames:8', frame(eventSentByClient)],
  ['post-connect-bad-frames:10', frame("at root: unexpected property 'extra'")],
  ['hs-docs-example-mode-operator:2', params(notInList('/client/mode'))],
  ['hs-unknown-client-id:2', params(notInList('/client/id'))],
  ['hs-unknown-prop:2', params("at root: unexpected property 'foo'")],
  ['node-connect-invoke-ok:79', params("at root: unexpected property 'bogus'")],
  ['node-role-permissions:11', params(missing('nodeId', 'command', 'idempotencyKey'))],
  ['node-role-permissions:26', params('at /payloadJSON: must be string')],
  ['post-connect-bad-frames:16', params("at root: unexpected property 'x'")],
  ['post-connect-bad-frames:18', params(missing('nodeId', 'command', 'idempotencyKey'))],
  ['scopes-read-only:10', params(missing('nodeId', 'command', 'idempotencyKey'))],
  ['scopes-read-only:14', params(missing('id', 'decision'))],
  ['scopes-read-only:20', params(missing('event'))],
  ['scopes-read-only:22', params(missing('text'))],
]);
