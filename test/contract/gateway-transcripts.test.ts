import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { authorize } from '#core/gateway/scopes.ts';
import { problemList } from '#host/gateway/params.ts';
import { connectParamsSchema } from '#protocol/gateway-connect.ts';
import {
  eventFrameSchema,
  type RequestFrame,
  requestFrameSchema,
  responseFrameSchema,
  serverFrameSchema,
} from '#protocol/gateway-frames.ts';
import { nodeExecEventSchema, nodeInvokeRequestSchema } from '#protocol/gateway-nodes.ts';
import { systemRunParamsSchema, systemWhichParamsSchema } from '#protocol/node-commands.ts';
import { eventSchemas, methodSchemas, unservedEvents, unservedMethods } from './known-schemas.ts';
import { recordedFailures } from './recorded-failures.ts';
import { isTrimmed, type RecordedFrame, readTranscript, transcriptNames } from './transcripts.ts';

const recordings = transcriptNames.filter(
  (name) => !name.startsWith('uds-') && name !== 'http-endpoints',
);

/** Parses and proves that the value goes back on the wire unchanged. */
function roundTrip(schema: z.ZodType, value: unknown, where: string): void {
  const parsed = schema.safeParse(value, { reportInput: true });
  expect(parsed.success ? '' : problemList(parsed.error), where).toBe('');
  const wire = value === undefined ? undefined : JSON.parse(JSON.stringify(parsed.data));
  expect(wire, where).toEqual(value);
}

function violations(schema: z.ZodType, value: unknown): string | null {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? null : problemList(parsed.error);
}

/** What goes wrong with a frame a client sent: nothing (null), or a row of `recordedFailures`. */
function clientFailure(frame: RecordedFrame['frame']): { kind: string; error: string } | null {
  if ('_rawText' in frame) return { kind: 'raw', error: '' };
  const request = requestFrameSchema.safeParse(frame, { reportInput: true });
  if (!request.success) return { kind: 'frame', error: problemList(request.error) };
  const schemas = methodSchemas[request.data.method];
  const error = schemas ? violations(schemas.params, request.data.params) : null;
  return error === null ? null : { kind: 'params', error };
}

function checkRequest(request: RequestFrame, where: string): void {
  roundTrip(requestFrameSchema, request, where);
  const schemas = methodSchemas[request.method];
  if (!schemas) expect(unservedMethods, where).toContain(request.method);
  else if (request.params !== undefined) roundTrip(schemas.params, request.params, where);
}

interface Connection {
  readonly requests: Map<string, RequestFrame>;
}

function checkServerFrame(record: RecordedFrame, connection: Connection, where: string): void {
  const { frame } = record;
  roundTrip(serverFrameSchema, frame, where);
  if (frame.type === 'event') {
    const { event, payload } = eventFrameSchema.parse(frame);
    const schema = eventSchemas[event];
    if (!schema) expect(unservedEvents, where).toContain(event);
    else if (!isTrimmed(payload)) roundTrip(schema, payload, where);
    return;
  }
  const response = responseFrameSchema.parse(frame);
  const request = connection.requests.get(response.id);
  const schemas = request && methodSchemas[request.method];
  if (schemas && response.ok && !isTrimmed(response.payload)) {
    roundTrip(schemas.result, response.payload, where);
  }
}

describe('frames recorded from the real peers', () => {
  test.each(recordings)('%s parses and re-encodes to the same JSON', (name) => {
    const connections = new Map<string, Connection>();
    for (const record of readTranscript(name)) {
      const where = `${name}:${record.at}`;
      const connection = connections.get(record.connection) ?? { requests: new Map() };
      connections.set(record.connection, connection);
      if (record.dir === 's2c') {
        checkServerFrame(record, connection, where);
        continue;
      }
      const listed = recordedFailures.get(where);
      const failure = clientFailure(record.frame);
      expect(failure?.kind, where).toBe(listed?.kind);
      if (listed?.kind !== 'raw') expect(failure?.error, where).toBe(listed?.error);
      if (listed) continue;
      const request = requestFrameSchema.parse(record.frame);
      connection.requests.set(request.id, request);
      checkRequest(request, where);
    }
  });

  test('a listed failure that is no longer in the recordings is noticed', () => {
    const found = recordings.flatMap((name) =>
      readTranscript(name)
        .filter((record) => record.dir === 'c2s' && clientFailure(record.frame))
        .map((record) => `${name}:${record.at}`),
    );
    expect(found.sort()).toEqual([...recordedFailures.keys()].sort());
  });
});

/** Answers to requests, with what the connection had asked for at its start. */
function* answered(name: string) {
  const roles = new Map<string, { role: 'operator' | 'node'; scopes: ReadonlySet<string> }>();
  const asked = new Map<string, RecordedFrame>();
  for (const record of readTranscript(name)) {
    const { frame, connection } = record;
    const id = `${connection} ${String(frame.id)}`;
    if (record.dir === 'c2s') {
      asked.set(id, record);
      const connect = connectParamsSchema.safeParse(frame.params);
      if (frame.method !== 'connect' || !connect.success || roles.has(connection)) continue;
      const role = connect.data.role === 'node' ? 'node' : 'operator';
      roles.set(connection, { role, scopes: new Set(connect.data.scopes) });
      continue;
    }
    const response = responseFrameSchema.safeParse(frame);
    const request = asked.get(id);
    const session = roles.get(connection);
    if (!response.success || !request || !session) continue;
    const method = String(request.frame.method);
    yield {
      where: `${name}:${request.at}`,
      method,
      session,
      message: response.data.error?.message,
    };
  }
}

describe('answers recorded from the real Gateway', () => {
  const feb = recordings.filter((name) => !name.startsWith('v2026.9.6/'));

  test('listed parameter failures were answered with the same words', () => {
    const prefix = /^invalid [a-z.]+ params: /;
    const same = feb.flatMap((name) =>
      [...answered(name)].flatMap(({ where, message = '' }) =>
        prefix.test(message) ? [[where, message.replace(prefix, '')]] : [],
      ),
    );
    expect(same).toEqual(same.map(([where = '']) => [where, recordedFailures.get(where)?.error]));
    expect(same.map(([where]) => where)).toEqual([
      'node-connect-invoke-ok:79',
      'node-role-permissions:26',
      'post-connect-bad-frames:16',
      'post-connect-bad-frames:18',
    ]);
  });

  test('listed frame failures were answered with the same words', () => {
    const records = readTranscript('post-connect-bad-frames');
    const wrong = records.filter(({ at }) => {
      return recordedFailures.get(`post-connect-bad-frames:${at}`)?.kind === 'frame';
    });
    expect(wrong).toHaveLength(3);
    for (const { at, frame } of wrong) {
      const answer = records.find((other) => other.at > at && other.frame.type === 'res')?.frame;
      const message = `invalid request frame: ${recordedFailures.get(`post-connect-bad-frames:${at}`)?.error}`;
      expect(answer).toMatchObject({ id: frame.id ?? 'invalid', error: { message } });
    }
  });

  test('role and scope refusals are the ones recorded, and nothing else is refused', () => {
    const refusal = /^(missing scope|unauthorized role): /;
    let refused = 0;
    for (const name of feb) {
      for (const { where, method, session, message = '' } of answered(name)) {
        if (method === 'connect') continue;
        // The test Gateway of `minigw-*` had no scopes at all.
        if (name.startsWith('minigw-')) continue;
        const expected = refusal.test(message) ? message : null;
        if (expected) refused += 1;
        expect(authorize(method, session), where).toBe(expected);
      }
    }
    expect(refused).toBe(17);
  });
});

describe('JSON carried inside recorded frames', () => {
  const commands: Readonly<Record<string, z.ZodType>> = {
    'system.run': systemRunParamsSchema,
    'system.which': systemWhichParamsSchema,
  };

  test('node commands sent by the real Gateway fit the command schemas', () => {
    let checked = 0;
    for (const name of recordings) {
      for (const { at, frame } of readTranscript(name)) {
        if (frame.event !== 'node.invoke.request') continue;
        const { command, paramsJSON } = nodeInvokeRequestSchema.parse(frame.payload);
        const schema = commands[command];
        // `{}` is what the raw test operators sent where the answer alone mattered.
        if (!schema || !paramsJSON || paramsJSON === '{}') continue;
        expect(violations(schema, JSON.parse(paramsJSON)), `${name}:${at}`).toBeNull();
        checked += 1;
      }
    }
    expect(checked).toBe(34);
  });

  test('exec events of the real node host fit and re-encode', () => {
    let checked = 0;
    for (const name of recordings) {
      for (const { at, frame } of readTranscript(name)) {
        const params = frame.method === 'node.event' ? frame.params : null;
        if (typeof params !== 'object' || params === null || !('event' in params)) continue;
        if (!String(params.event).startsWith('exec.')) continue;
        if (!('payloadJSON' in params) || typeof params.payloadJSON !== 'string') continue;
        roundTrip(nodeExecEventSchema, JSON.parse(params.payloadJSON), `${name}:${at}`);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(0);
  });
});
