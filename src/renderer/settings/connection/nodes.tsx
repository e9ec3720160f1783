import type { Connection } from '#ipc/connection.ts';
import { connectionWords } from './words.ts';

const words = connectionWords.nodes;

type Node = NonNullable<Connection['nodes']>[number];

/** Where agents can run commands, and which. */
export function NodesSection({ nodes }: Pick<Connection, 'nodes'>) {
  if (nodes === null) return <p class="soft">{words.unknown}</p>;
  return (
    <>
      <h2>{words.title(nodes.length)}</h2>
      {nodes.length === 0 ? (
        <p class="soft">{words.none}</p>
      ) : (
        <ul class="rows entries">
          {nodes.map((node) => (
            <NodeEntry key={node.nodeId} node={node} />
          ))}
        </ul>
      )}
    </>
  );
}

function NodeEntry({ node: { nodeId, name, platform, isConnected, commands } }: { node: Node }) {
  const state = isConnected ? words.connected : words.notConnected;
  return (
    <li class="entry">
      <p class="row-title">
        <bdi>{name === '' ? words.noName : connectionWords.quoted(name)}</bdi>
        <span class="tag" data-on={isConnected}>
          {state}
        </span>
      </p>
      {platform !== '' && (
        <p class="row-hint">
          <bdi>{platform}</bdi>
        </p>
      )}
      <code class="entry-id">{nodeId}</code>
      {commands.length === 0 ? (
        <p class="soft">{words.noCommands}</p>
      ) : (
        <details>
          <summary>{words.commands(commands.length)}</summary>
          <ul class="entry-commands">
            {commands.map((command) => (
              <li key={command}>
                <code>{command}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
