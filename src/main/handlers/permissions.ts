import type { Handlers } from '#ipc/router.ts';
import type { Permissions } from '../permissions/permissions.ts';

export function permissionsHandlers({
  permissions,
}: {
  readonly permissions: Permissions;
}): Pick<Handlers, 'permissions.list' | 'permissions.act'> {
  return {
    'permissions.list': () => permissions.list(),
    'permissions.act': ({ capability }) => permissions.act(capability),
  };
}
