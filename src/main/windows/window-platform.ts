/** What a window may do here: on Wayland it can neither place itself nor stay on top (AP-08). */
export type WindowPlatform = 'macos' | 'x11' | 'wayland';

/** Everything that is neither macOS nor Wayland has windows that can be placed, as on X11. */
export function windowPlatform(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): WindowPlatform {
  if (platform === 'darwin') return 'macos';
  const wayland = env.XDG_SESSION_TYPE === 'wayland' || Boolean(env.WAYLAND_DISPLAY);
  return platform === 'linux' && wayland ? 'wayland' : 'x11';
}
