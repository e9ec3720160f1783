/** Which node commands the Gateway lets through (gateway §8.1, node-commands §1.3). */

type NodePlatform = 'macos' | 'ios' | 'android' | 'windows' | 'linux' | 'unknown';

/** `gateway.nodes.allowCommands` and `denyCommands`; deny wins. */
export interface CommandLists {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

interface NodeClient {
  readonly platform: string;
  readonly deviceFamily?: string | undefined;
}

const canvas = [
  'canvas.present',
  'canvas.hide',
  'canvas.navigate',
  'canvas.eval',
  'canvas.snapshot',
  'canvas.a2ui.push',
  'canvas.a2ui.pushJSONL',
  'canvas.a2ui.reset',
];
const camera = ['camera.list', 'camera.snap', 'camera.clip'];
const screen = ['screen.record'];
const location = ['location.get'];
const sms = ['sms.send'];
const system = [
  'system.run',
  'system.which',
  'system.notify',
  'system.execApprovals.get',
  'system.execApprovals.set',
  'browser.proxy',
];

const defaults: Readonly<Record<NodePlatform, readonly string[]>> = {
  macos: [...canvas, ...camera, ...screen, ...location, ...system],
  ios: [...canvas, ...camera, ...screen, ...location],
  android: [...canvas, ...camera, ...screen, ...location, ...sms],
  linux: system,
  windows: system,
  unknown: [...canvas, ...camera, ...screen, ...location, ...sms, ...system],
};

const platformPrefixes: readonly (readonly [string, NodePlatform])[] = [
  ['ios', 'ios'],
  ['android', 'android'],
  ['mac', 'macos'],
  ['darwin', 'macos'],
  ['win', 'windows'],
  ['linux', 'linux'],
];

const familyWords: readonly (readonly [string, NodePlatform])[] = [
  ['iphone', 'ios'],
  ['ipad', 'ios'],
  ['ios', 'ios'],
  ['android', 'android'],
  ['mac', 'macos'],
  ['windows', 'windows'],
  ['linux', 'linux'],
];

/** Platform of a client: prefix of `platform`, else a word in `deviceFamily`, else unknown. */
export function nodePlatform(client: NodeClient): NodePlatform {
  const platform = client.platform.trim().toLowerCase();
  const family = (client.deviceFamily ?? '').trim().toLowerCase();
  return (
    platformPrefixes.find(([prefix]) => platform.startsWith(prefix))?.[1] ??
    familyWords.find(([word]) => family.includes(word))?.[1] ??
    'unknown'
  );
}

/** Commands the platform may be asked for: its defaults, plus `allow`, minus `deny`. */
export function allowedCommands(client: NodeClient, lists: CommandLists): ReadonlySet<string> {
  const allowed = new Set<string>(defaults[nodePlatform(client)]);
  for (const command of trimmed(lists.allow)) allowed.add(command);
  // Newer peers ask for the plan before they run it; it runs nothing itself (exec-ipc §6.2).
  if (allowed.has('system.run')) allowed.add('system.run.prepare');
  const denied = trimmed(lists.deny);
  for (const command of denied) allowed.delete(command);
  if (denied.includes('system.run')) allowed.delete('system.run.prepare');
  return allowed;
}

function trimmed(list: readonly string[]): string[] {
  return list.map((command) => command.trim()).filter((command) => command !== '');
}

export type CommandRefusal =
  | 'command not allowlisted'
  | 'command not declared by node'
  | 'node did not declare commands';

/** @returns why the command may not be sent (`details.reason` of gateway §8), or null. */
export function checkCommand(
  command: string,
  declared: readonly string[],
  allowed: ReadonlySet<string>,
): CommandRefusal | null {
  if (!allowed.has(command)) return 'command not allowlisted';
  if (declared.length === 0) return 'node did not declare commands';
  return declared.includes(command) ? null : 'command not declared by node';
}
