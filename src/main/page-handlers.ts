import type { Handlers } from '#ipc/router.ts';
import { type AboutHandlersDeps, aboutHandlers } from './handlers/about.ts';
import { type ApprovalHandlersDeps, approvalHandlers } from './handlers/approvals.ts';
import { type ConnectionHandlersDeps, connectionHandlers } from './handlers/connection.ts';
import { type GeneralHandlersDeps, generalHandlers } from './handlers/general.ts';
import { type HistoryHandlersDeps, historyHandlers } from './handlers/history.ts';
import { type LogsHandlersDeps, logsHandlers } from './handlers/logs.ts';
import { onlyShown } from './handlers/only-shown.ts';
import { pairingHandlers } from './handlers/pairing.ts';
import { permissionsHandlers } from './handlers/permissions.ts';
import { type RulesHandlersDeps, rulesHandlers } from './handlers/rules.ts';
import { type StandstillHandlersDeps, standstillHandlers } from './handlers/standstill.ts';
import { type WindowHandlersDeps, windowHandlers } from './handlers/windows.ts';
import type { Permissions } from './permissions/permissions.ts';
import type { PairingPrompts } from './state/pairing-prompts.ts';
import type { AppWindows } from './windows/app-windows.ts';

export type PageHandlersDeps = ApprovalHandlersDeps &
  HistoryHandlersDeps &
  RulesHandlersDeps &
  ConnectionHandlersDeps &
  GeneralHandlersDeps &
  LogsHandlersDeps &
  AboutHandlersDeps &
  StandstillHandlersDeps &
  WindowHandlersDeps & {
    readonly windows: AppWindows;
    readonly permissions: Permissions;
    readonly prompts: PairingPrompts;
  };

/** What every channel of the contract does; who may call it was checked before (ES-13). */
export function pageHandlers(deps: PageHandlersDeps): Handlers {
  const handlers: Handlers = {
    ...windowHandlers(deps),
    ...approvalHandlers(deps),
    ...pairingHandlers(deps),
    ...historyHandlers(deps),
    ...rulesHandlers(deps),
    ...permissionsHandlers(deps),
    ...connectionHandlers(deps),
    ...generalHandlers(deps),
    ...standstillHandlers(deps),
    ...logsHandlers(deps),
    ...aboutHandlers(deps),
  };
  return onlyShown(handlers, deps.windows);
}
