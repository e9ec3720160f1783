import { generalMessages } from '#core/messages-general.ts';
import type { Autostart, AutostartStatus } from '#host/autostart/types.ts';
import type { Output } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';
import type { DesktopSettings } from '../desktop-settings.ts';

export interface GeneralHandlersDeps {
  readonly loginItem: Autostart;
  /** Why this copy cannot start at login at all; null when it can. */
  readonly loginItemProblem: string | null;
  readonly settings: Pick<DesktopSettings, 'announce' | 'dockIcon' | 'set'>;
}

const help: Readonly<Record<AutostartStatus, string | null>> = {
  on: null,
  off: null,
  'needs-approval': generalMessages.login.needsApproval,
  unknown: generalMessages.login.unknown,
};

/** Settings of the app. Every answer is what really holds, read back after the change. */
export function generalHandlers(
  deps: GeneralHandlersDeps,
): Pick<Handlers, 'general.get' | 'general.set'> {
  const { loginItem, loginItemProblem, settings } = deps;
  async function current(): Promise<Output<'general.get'>> {
    const status = await loginItem.status();
    return {
      launchAtLogin: { status, help: loginItemProblem ?? help[status] },
      dockIcon: settings.dockIcon(),
      announce: settings.announce(),
    };
  }
  return {
    'general.get': current,
    async 'general.set'(input) {
      if ('launchAtLogin' in input) await loginItem.set(input.launchAtLogin);
      else await settings.set(input);
      return await current();
    },
  };
}
