import type { Shell } from 'electron';
import { CompanionError, errorText } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { permissionMessages as words } from '#core/messages-permissions.ts';
import type { Logger } from '#core/ports.ts';
import type { Output } from '#ipc/contract.ts';
import { type Capability, capabilities, type PermissionRow } from '#ipc/permissions.ts';
import type { RunningApp } from '../login-item/program-at-login.ts';
import { openExternalLink } from '../security/external-links.ts';
import type { GrantMemory } from './grant-memory.ts';
import { canLose, holderOf, holderWarning } from './holder.ts';
import type { PermissionProbes } from './types.ts';

export interface PermissionsDeps {
  readonly app: RunningApp;
  readonly probes: PermissionProbes;
  readonly memory: GrantMemory;
  readonly shell: Pick<Shell, 'openExternal'>;
  readonly log: Logger;
}

/** What the system lets this app do. Looks only when asked: nothing runs by itself. */
export interface Permissions {
  list(): Promise<Output<'permissions.list'>>;
  /**
   * Does what the one button of this row says, then looks again.
   * @throws CompanionError UNAVAILABLE when there is nothing to do or the system cannot do it.
   */
  act(capability: Capability): Promise<Output<'permissions.list'>>;
  /** Whether the system grants it now; for commands that say they need it. */
  isGranted(capability: Capability): boolean;
  /** What commands get by running in this app (D7), as a part of a question. Shows nothing. */
  ofCommands(): string;
}

export function createPermissions(deps: PermissionsDeps): Permissions {
  const { app, probes, memory } = deps;

  async function row(capability: Capability): Promise<PermissionRow> {
    const { state, help, action } = probes[capability].read(await memory.of(capability));
    if (state === 'granted') await memory.note(capability, 'granted');
    return {
      capability,
      title: words.titles[capability],
      neededBy: words.neededBy[capability],
      state,
      help,
      action: canLose(app) ? null : action,
    };
  }

  async function list(): Promise<Output<'permissions.list'>> {
    const rows: PermissionRow[] = [];
    for (const capability of capabilities) rows.push(await row(capability));
    return { holder: holderOf(app), warning: holderWarning(app), rows };
  }

  return {
    list,
    async act(capability) {
      const { action } = await row(capability);
      if (action === null) {
        throw new CompanionError('UNAVAILABLE', holderWarning(app) ?? words.nothingToDo);
      }
      if (action === 'request') await request(capability, deps);
      else await openSettings(capability, deps);
      return await list();
    },
    isGranted: (capability) =>
      probes[capability].read({ asked: false, granted: false }).state === 'granted',
    ofCommands: () => permissionsOfCommands(probes),
  };
}

/** Everything but what only the app itself can use. */
const forCommands = capabilities.filter((capability) => capability !== 'notifications');

function permissionsOfCommands(probes: PermissionProbes): string {
  const { permissions } = messages.desktop;
  // As if asked for: then "unknown" means only that the system does not tell.
  const states = forCommands.map((capability) => ({
    title: words.titles[capability],
    state: probes[capability].read({ asked: true, granted: false }).state,
  }));
  if (states.every(({ state }) => state === 'not-here')) return permissions.asUser;
  const titled = (wanted: PermissionRow['state']) =>
    states.flatMap(({ title, state }) => (state === wanted ? [title] : []));
  return permissions.held(titled('granted'), titled('unknown'));
}

async function request(capability: Capability, { probes, memory, log }: PermissionsDeps) {
  // First: a system that kills or restarts us here must not make us forget that we asked.
  await memory.note(capability, 'asked');
  try {
    await probes[capability].request?.();
  } catch (error) {
    // Being refused is an answer; the list shows what holds.
    log.info('permissions.request.failed', { capability, error: errorText(error) });
  }
}

async function openSettings(capability: Capability, { probes, shell }: PermissionsDeps) {
  if (await openExternalLink(probes[capability].pane, shell)) return;
  throw new CompanionError('UNAVAILABLE', words.noSettings(capability));
}
