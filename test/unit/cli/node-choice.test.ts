import { describe, expect, it } from 'vitest';
import { chooseNode } from '#cli/node-choice.ts';
import type { NodeInfo } from '#protocol/gateway-nodes.ts';

const node = (nodeId: string, change: Partial<NodeInfo> = {}): NodeInfo => ({
  nodeId,
  displayName: 'mac',
  caps: [],
  commands: ['system.run'],
  paired: true,
  connected: true,
  ...change,
});
const run = { named: null, command: 'system.run', companion: null };
const choose = (nodes: readonly NodeInfo[], wanted: Partial<typeof run | { named: string }>) =>
  chooseNode(nodes, { ...run, ...wanted });

describe('the node a command goes to without --node', () => {
  it('the only connected one that offers it', () => {
    const nodes = [
      node('a', { connected: false }),
      node('b', { commands: ['system.which'] }),
      node('c'),
    ];
    expect(choose(nodes, {})).toBe('c');
  });

  it('the companion of this state directory before others', () => {
    expect(chooseNode([node('a'), node('b')], { ...run, companion: 'b' })).toBe('b');
    expect(() =>
      chooseNode([node('a'), node('b'), node('c', { connected: false })], {
        ...run,
        companion: 'c',
      }),
    ).toThrow('2 nodes offer system.run.');
  });

  it('several, or none: says so and lists what is connected', () => {
    expect(() => choose([node('a'), node('b', { displayName: 'two\nlines' })], {})).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: '2 nodes offer system.run.',
        hint: 'Name one with --node:\n  a  mac\n  b  two\\u{A}lines',
      }),
    );
    expect(() => choose([node('a', { connected: false })], {})).toThrow(
      expect.objectContaining({
        message: 'No node offers system.run.',
        hint: 'No node is connected.',
      }),
    );
  });
});

describe('a named node', () => {
  const nodes = [
    node('abc1', { displayName: 'abc2' }),
    node('abc2', { displayName: 'desk' }),
    node('xyz9', { displayName: 'desk', connected: false }),
  ];

  it.each([
    ['abc2', 'abc2'],
    ['abc1', 'abc1'],
    ['desk', 'abc2'],
    ['xy', 'xyz9'],
  ])('%s is %s', (named, nodeId) => {
    expect(choose(nodes, { named })).toBe(nodeId);
  });

  it.each([
    ['abc', '2 nodes are called "abc".'],
    ['nope', 'No node is called "nope".'],
    ['', 'No node is called "".'],
  ])('%j is unclear: %s', (named, message) => {
    expect(() => choose(nodes, { named })).toThrow(
      expect.objectContaining({ code: 'USAGE', message }),
    );
  });
});
