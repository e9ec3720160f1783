/** Words of the Connection pane; problems and pairing titles come from the main process (D16). */

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const quoted = (name: string): string => `"${name}"`;

/** Within a sentence; empty: it has no name. */
const deviceNamed = (name: string): string =>
  name === '' ? 'a device without a name' : quoted(name);
const nodeNamed = (name: string): string => (name === '' ? 'without a name' : quoted(name));

export const connectionWords = {
  gateway: {
    title: 'Gateway',
    mode: {
      own: 'The Gateway of this companion. It ends when the companion quits.',
      attached: 'A Gateway that this companion did not start. Quitting leaves it running.',
    },
    state: 'State',
    connected: 'Connected',
    nodeOnly: 'Connected as a node only',
    operatorOnly: 'Connected as an operator only',
    notConnected: 'Not connected',
    address: 'Address',
    copy: 'Copy',
    copyAddress: 'Copy the address',
    copied: 'Copied',
    notCopied: 'Not copied. Select it and copy it with the keyboard.',
  },

  token: {
    title: 'Token',
    hint: 'Opens this Gateway to programs of this computer. Treat it like a password.',
    show: 'Show',
    hide: 'Hide',
    shown: 'The token; it hides itself after 30 s',
    copy: 'Copy',
    copyToken: 'Copy the token',
    notCopied: 'The clipboard did not take the token. Show it, and copy it with the keyboard.',
    replace: 'Replace…',
    none: {
      own: 'This Gateway asks for a password. It is in config.json.',
      attached: 'The token of a Gateway that is not ours is not shown here.',
    },
    confirm: {
      title: 'Replace the token?',
      sentences: [
        'The old token opens nothing from then on. Whoever is connected with it is cut off at once.',
        'Programs that use it have to be told the new one.',
        'Devices that were let in have tokens of their own and stay. Revoke them to shut them out.',
        'This cannot be undone.',
      ],
      go: 'Replace the token',
      done: 'The token was replaced',
    },
  },

  requests: {
    title: 'Waiting to be let in',
    open: 'Open',
    openOne: (title: string, name: string): string => `Open: ${title} ${name}`,
    noName: 'without a name',
  },

  devices: {
    title: (count: number): string => counted(count, 'device', 'devices'),
    none: 'No device has been let in.',
    unknown: 'The Gateway could not be asked which devices it has let in.',
    noName: 'A device without a name',
    self: 'this companion',
    since: (when: string): string => `let in ${when}`,
    role: { operator: 'Operator', node: 'Node' } as Readonly<Record<string, string>>,
    rights: (scopes: readonly string[]): string =>
      scopes.length === 0 ? 'no rights' : scopes.join(', '),
    used: (when: string): string => `used ${when}`,
    neverUsed: 'its token is unused',
    revoked: 'revoked',
    revoke: 'Revoke…',
    revokeOne: (role: string, name: string): string => `Revoke ${role} of ${deviceNamed(name)}`,
    confirm: {
      title: (role: string, name: string): string => `Revoke ${role} of ${deviceNamed(name)}?`,
      ends: 'Its connections of this kind end at once, and its token opens nothing from then on.',
      own: 'Whoever knows the token of the Gateway can come back with it. Replace the token too, to keep this device out.',
      forGood: 'This cannot be undone. It can ask to be let in again.',
      go: 'Revoke',
      done: 'Revoked',
      gone: 'There was nothing to revoke any more.',
    },
  },

  nodes: {
    title: (count: number): string => counted(count, 'node', 'nodes'),
    none: 'No node is known.',
    unknown: 'The Gateway could not be asked for its nodes.',
    noName: 'A node without a name',
    connected: 'connected',
    notConnected: 'not connected',
    commands: (count: number): string => counted(count, 'command', 'commands'),
    noCommands: 'offers no command',
    self: 'this companion',
    selfHint: 'The node of this companion itself. It cannot be revoked here.',
    revoke: 'Revoke…',
    revokeOne: (name: string): string => `Revoke the node ${nodeNamed(name)}`,
    confirm: {
      title: (name: string): string => `Revoke the node ${nodeNamed(name)}?`,
      ends: 'Its connection ends at once, and the token it has as a node opens nothing from then on.',
      own: 'Whoever knows the token of the Gateway can come back with it. Replace the token too, to keep this node out.',
      forGood: 'This cannot be undone. It can ask to be let in again.',
      go: 'Revoke',
    },
  },

  quoted,
} as const;
