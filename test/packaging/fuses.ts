import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** What the release has to be (electron-security §2), as electron-builder names the fuses. */
export const releaseFuses: Readonly<Record<string, boolean>> = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
  loadBrowserProcessSpecificV8Snapshot: false,
};

const enabled = '1'.charCodeAt(0);
const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

/** The fuses of a packed app; one that the runtime has no more counts as off. */
export async function fusesOf(program: string): Promise<typeof releaseFuses> {
  const wire = await getCurrentFuseWire(program);
  const fuses: Record<string, boolean> = {};
  for (const [name, index] of Object.entries(FuseV1Options)) {
    if (typeof index === 'string') continue;
    fuses[lowerFirst(name)] = wire[index] === enabled;
  }
  return fuses;
}
