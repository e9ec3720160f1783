import { z } from 'zod';
import type { Logger } from '#core/ports.ts';
import { MirroredMap } from '#host/store/mirrored-map.ts';
import type { DeviceRegistry } from './device-registry.ts';
import type { NodeDirectory } from './node-registry.ts';

export interface NodeDirectoryDeps {
  readonly devices: DeviceRegistry;
  /** Where given names are kept: they outlive a device's next pairing. */
  readonly namesPath: string;
  /** Renames an entry of the legacy store; false for one it does not hold (gateway §7.2). */
  readonly renameLegacy: (nodeId: string, displayName: string) => Promise<boolean>;
  readonly log: Logger;
}

/** Paired devices with role `node`, under the names a person gave them. */
export function createNodeDirectory(
  deps: NodeDirectoryDeps,
): NodeDirectory & { load(): Promise<void> } {
  const names = new MirroredMap(deps.namesPath, z.record(z.string(), z.string()), deps.log);
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  deps.devices.onEvent(changed);

  const pairedNodes = () =>
    deps.devices
      .list()
      .paired.filter((device) => device.roles?.includes('node') ?? device.role === 'node')
      .map((device) => ({
        nodeId: device.deviceId,
        givenName: names.get(device.deviceId) ?? null,
        displayName: device.displayName ?? null,
        platform: device.platform ?? null,
        remoteIp: device.remoteIp ?? null,
      }));

  return {
    load: () => names.load(),
    pairedNodes,
    async rename(nodeId, displayName) {
      if (!pairedNodes().some((node) => node.nodeId === nodeId)) {
        return deps.renameLegacy(nodeId, displayName);
      }
      names.set(nodeId, displayName);
      await names.save();
      changed();
      return true;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
