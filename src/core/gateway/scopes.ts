import type { Role } from '#protocol/gateway-connect.ts';

/** Who may call which Gateway method, and the exact refusals (gateway §6). */

interface Caller {
  readonly role: Role;
  readonly scopes: ReadonlySet<string>;
}

/** Scopes whose holder decides in place of the person: never a command that we run (D12). */
const decidingScopes: ReadonlySet<string> = new Set([
  'operator.admin',
  'operator.approvals',
  'operator.pairing',
]);

export function mayDecideWith(scopes: readonly string[]): boolean {
  return scopes.some((scope) => decidingScopes.has(scope));
}

type NarrowScope = 'approvals' | 'pairing' | 'read' | 'write';

/** The only methods of a node; nobody else may call them. */
const nodeMethods: ReadonlySet<string> = new Set([
  'node.invoke.result',
  'node.event',
  'skills.bins',
]);

/**
 * What node hosts of 2026.9 report on connect. Let through, so that they get `unknown method`, the
 * answer that makes them stop; a role error could be taken for a broken pairing (gateway §12).
 */
const newerNodeMethods: ReadonlySet<string> = new Set([
  'node.runnerInventory.update',
  'node.skills.update',
  'node.pluginTools.update',
]);

/** Methods that need less than admin. What is not listed needs admin. */
const methodsByScope: Readonly<Record<NarrowScope, readonly string[]>> = {
  approvals: [
    'exec.approval.request',
    'exec.approval.resolve',
    'exec.approval.list',
    'exec.approval.get',
    'exec.approval.waitDecision',
  ],
  pairing: [
    'node.pair.request',
    'node.pair.list',
    'node.pair.approve',
    'node.pair.reject',
    'node.pair.verify',
    'node.pair.remove',
    'device.pair.list',
    'device.pair.approve',
    'device.pair.reject',
    'device.token.rotate',
    'device.token.revoke',
    'node.rename',
  ],
  read: [
    'health',
    'status',
    'logs.tail',
    'channels.status',
    'usage.status',
    'usage.cost',
    'tts.status',
    'tts.providers',
    'models.list',
    'agents.list',
    'agent.identity.get',
    'skills.status',
    'voicewake.get',
    'sessions.list',
    'sessions.preview',
    'cron.list',
    'cron.status',
    'cron.runs',
    'system-presence',
    'last-heartbeat',
    'node.list',
    'node.describe',
    'chat.history',
  ],
  write: [
    'send',
    'agent',
    'agent.wait',
    'wake',
    'talk.mode',
    'tts.enable',
    'tts.disable',
    'tts.convert',
    'tts.setProvider',
    'voicewake.set',
    'node.invoke',
    'chat.send',
    'chat.abort',
    'browser.request',
  ],
};

const scopeOf: ReadonlyMap<string, NarrowScope> = new Map(
  (Object.keys(methodsByScope) as NarrowScope[]).flatMap((scope) =>
    methodsByScope[scope].map((method) => [method, scope] as const),
  ),
);

/**
 * Checks role and scopes of a call.
 * @returns the message of the INVALID_REQUEST answer, or null when the call is allowed.
 */
export function authorize(method: string, session: Caller): string | null {
  if (session.role === 'node') {
    const known = nodeMethods.has(method) || newerNodeMethods.has(method);
    return known ? null : 'unauthorized role: node';
  }
  if (nodeMethods.has(method)) return `unauthorized role: ${session.role}`;
  if (session.scopes.has('operator.admin')) return null;
  const needed = scopeOf.get(method) ?? 'admin';
  if (session.scopes.has(`operator.${needed}`)) return null;
  if (needed === 'read' && session.scopes.has('operator.write')) return null;
  return `missing scope: operator.${needed}`;
}
