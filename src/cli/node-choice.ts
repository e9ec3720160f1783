import { displayText } from '#core/display.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { NodeInfo } from '#protocol/gateway-nodes.ts';

/** Which node a command goes to. */
export interface WantedNode {
  /** Id, unique beginning of an id, or display name. */
  readonly named: string | null;
  readonly command: string;
  /** The companion of this state directory, when it runs: goes before others that fit as well. */
  readonly companion: string | null;
}

/**
 * The named node, else the companion of this state directory, else the only connected node that
 * offers the command.
 * @throws CompanionError USAGE that lists what there is, when it is not exactly one.
 */
export function chooseNode(nodes: readonly NodeInfo[], wanted: WantedNode): string {
  const { named, command, companion } = wanted;
  const fits =
    named === null
      ? nodes.filter((node) => node.connected && node.commands.includes(command))
      : namedNodes(nodes, named);
  const preferred = named === null ? fits.find((node) => node.nodeId === companion) : undefined;
  const only = preferred ?? (fits.length === 1 ? fits[0] : undefined);
  if (only) return only.nodeId;
  throw new CompanionError('USAGE', messages.cli.nodeNotClear(named, fits.length, command), {
    hint: choices(nodes, companion),
  });
}

/** A whole id first, then a name, then the beginning of an id: a name cannot be shadowed. */
function namedNodes(nodes: readonly NodeInfo[], named: string): readonly NodeInfo[] {
  const ways: readonly ((node: NodeInfo) => boolean)[] = [
    (node) => node.nodeId === named,
    (node) => node.displayName === named,
    (node) => named !== '' && node.nodeId.startsWith(named),
  ];
  for (const fits of ways) {
    const found = nodes.filter(fits);
    if (found.length > 0) return connectedFirst(found);
  }
  return [];
}

/** An offline namesake does not make a name unclear. */
function connectedFirst(nodes: readonly NodeInfo[]): readonly NodeInfo[] {
  const connected = nodes.filter((node) => node.connected);
  return connected.length > 0 ? connected : nodes;
}

function choices(nodes: readonly NodeInfo[], companion: string | null): string {
  const connected = nodes.filter((node) => node.connected);
  if (connected.length === 0) return messages.cli.noNodes;
  return messages.cli.nodeChoices(
    connected.map(({ nodeId, displayName }) => {
      const ours = nodeId === companion ? `  ${messages.cli.thisCompanion}` : '';
      return `${displayText(`${nodeId}  ${displayName ?? ''}`).text}${ours}`;
    }),
  );
}
