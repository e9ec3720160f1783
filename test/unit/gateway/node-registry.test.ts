import { expect, test } from 'vitest';
import {
  createNodeRegistry,
  type NodeDirectory,
  type PairedNode,
} from '#host/gateway/node-registry.ts';
import { createFakeSession } from '#support/fake-gateway.ts';

function directory(nodes: PairedNode[] = []) {
  const listeners = new Set<() => void>();
  const names = new Map<string, string>();
  let reads = 0;
  const fake: NodeDirectory = {
    pairedNodes() {
      reads += 1;
      return nodes.map((one) => ({ ...one, givenName: names.get(one.nodeId) ?? one.givenName }));
    },
    async rename(nodeId, name) {
      if (!nodes.some((one) => one.nodeId === nodeId)) return false;
      names.set(nodeId, name);
      for (const tell of listeners) tell();
      return true;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    ...fake,
    add(node: PairedNode) {
      nodes.push(node);
      for (const tell of listeners) tell();
    },
    get reads() {
      return reads;
    },
    get listeners() {
      return listeners.size;
    },
  };
}

const paired = (nodeId: string, displayName: string, platform = 'darwin'): PairedNode => ({
  nodeId,
  displayName,
  platform,
  givenName: null,
  remoteIp: null,
});

const noLists = () => ({ allow: [], deny: [] });

function macNode(deviceId: string | null, displayName = 'mac') {
  return createFakeSession({
    role: 'node',
    deviceId,
    client: { id: 'openclaw-macos', displayName, platform: 'macOS 15.3.0', deviceFamily: 'Mac' },
    connect: {
      caps: ['screen', 'canvas', 'screen'],
      commands: ['system.which', 'system.run', 'my.custom', 'system.run'],
      permissions: { screenRecording: true },
      pathEnv: '/usr/bin',
    },
    connectedAtMs: 7,
  });
}

test('a connected node is listed with sorted caps and the commands its platform may serve', () => {
  const registry = createNodeRegistry({ directory: directory(), commandLists: noLists });
  registry.register(macNode('dev-1'));
  expect(JSON.stringify(registry.list())).toBe(
    JSON.stringify([
      {
        nodeId: 'dev-1',
        displayName: 'mac',
        platform: 'macOS 15.3.0',
        version: '0.0.1',
        deviceFamily: 'Mac',
        caps: ['canvas', 'screen'],
        commands: ['system.run', 'system.which'],
        pathEnv: '/usr/bin',
        permissions: { screenRecording: true },
        connectedAtMs: 7,
        paired: false,
        connected: true,
      },
    ]),
  );
});

test('the deny list wins over what a node declares and the allow list adds to it', () => {
  const registry = createNodeRegistry({
    directory: directory(),
    commandLists: () => ({ allow: ['my.custom'], deny: ['system.which'] }),
  });
  registry.register(macNode('dev-1'));
  expect(registry.get('dev-1')?.commands).toEqual(['my.custom', 'system.run']);
});

test('connected nodes come first, then all by name, then by id', () => {
  const registry = createNodeRegistry({
    directory: directory([paired('z', 'same'), paired('a', 'same'), paired('b', 'Alpha')]),
    commandLists: noLists,
  });
  registry.register(macNode('live', 'zulu'));
  expect(registry.list().map((one) => one.nodeId)).toEqual(['live', 'b', 'a', 'z']);
  expect(registry.describe('a')).toEqual({
    nodeId: 'a',
    displayName: 'same',
    platform: 'darwin',
    caps: [],
    commands: [],
    paired: true,
    connected: false,
  });
});

test('a client without a device is known by its client id', () => {
  const registry = createNodeRegistry({ directory: directory(), commandLists: noLists });
  registry.register(macNode(null));
  expect(registry.get('openclaw-macos')?.nodeId).toBe('openclaw-macos');
});

test('a stale connection never unregisters the newer one of the same identity', () => {
  const registry = createNodeRegistry({ directory: directory(), commandLists: noLists });
  const older = macNode('dev-1', 'dupA');
  const newer = macNode('dev-1', 'dupB');
  registry.register(older);
  registry.register(newer);
  expect(registry.unregister(older)).toBe(false);
  expect(registry.get('dev-1')?.session).toBe(newer);
  expect(registry.list()[0]?.displayName).toBe('dupB');
  expect(registry.unregister(newer)).toBe(true);
  expect(registry.get('dev-1')).toBeUndefined();
});

test('the list is built once and again only after a change', async () => {
  const paths = directory([paired('dev-1', 'mac')]);
  const registry = createNodeRegistry({ directory: paths, commandLists: noLists });
  const first = registry.list();
  expect(registry.list()).toBe(first);
  registry.describe('dev-1');
  expect(paths.reads).toBe(1);

  const session = macNode('dev-1');
  registry.register(session);
  expect(registry.list()).not.toBe(first);
  registry.unregister(session);
  expect(registry.list()).toEqual(first);
  paths.add(paired('dev-2', 'other'));
  expect(registry.list()).toHaveLength(2);
  expect(await registry.rename('dev-2', 'renamed')).toBe(true);
  expect(registry.describe('dev-2')?.displayName).toBe('renamed');
  expect(paths.reads).toBe(5);
});

test('a given name wins over what the connected client calls itself', async () => {
  const registry = createNodeRegistry({
    directory: directory([paired('dev-1', 'old')]),
    commandLists: noLists,
  });
  registry.register(macNode('dev-1', 'self'));
  expect(registry.describe('dev-1')?.displayName).toBe('self');
  await registry.rename('dev-1', 'desk');
  expect(registry.describe('dev-1')?.displayName).toBe('desk');
  expect(await registry.rename('nobody', 'x')).toBe(false);
});

test('an address is shown for remote nodes only', () => {
  const registry = createNodeRegistry({ directory: directory(), commandLists: noLists });
  registry.register(createFakeSession({ role: 'node', deviceId: 'far', remoteIp: '192.0.2.10' }));
  registry.register(createFakeSession({ role: 'node', deviceId: 'near' }));
  expect(registry.describe('far')?.remoteIp).toBe('192.0.2.10');
  expect(registry.describe('near')).not.toHaveProperty('remoteIp');
});

test('a stopped registry listens to nobody', () => {
  const paths = directory();
  const registry = createNodeRegistry({ directory: paths, commandLists: noLists });
  expect(paths.listeners).toBe(1);
  registry.stop();
  expect(paths.listeners).toBe(0);
});
