import type { Connection } from '#ipc/connection.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Button } from '../../ui/controls.tsx';
import { connectionWords } from './words.ts';

const words = connectionWords.nodes;

type Node = NonNullable<Connection['nodes']>[number];

interface Props {
  readonly nodes: Connection['nodes'];
  readonly mode: Connection['gateway']['mode'];
  /** Id of the one whose second step is open. */
  readonly revoking: string | null;
  readonly onRevoking: (id: string | null) => void;
  readonly onRevoke: (id: string) => unknown;
}

const nameOf = ({ name }: Node): string =>
  name === '' ? words.noName : connectionWords.quoted(name);

/** Where agents can run commands, and which. */
export function NodesSection(props: Props) {
  const { nodes } = props;
  if (nodes === null) return <p class="soft">{words.unknown}</p>;
  return (
    <>
      <h2>{words.title(nodes.length)}</h2>
      {nodes.length === 0 ? (
        <p class="soft">{words.none}</p>
      ) : (
        <ul class="rows entries">
          {nodes.map((node) => (
            <li key={node.id} class="entry">
              <NodeEntry node={node} />
              <Revoke {...props} node={node} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function NodeEntry({ node }: { readonly node: Node }) {
  const { nodeId, platform, isConnected, isThisCompanion } = node;
  return (
    <>
      <p class="row-title">
        <bdi>{nameOf(node)}</bdi>
        {isThisCompanion && <span class="tag">{words.self}</span>}
        <span class="tag" data-on={isConnected}>
          {isConnected ? words.connected : words.notConnected}
        </span>
      </p>
      {platform !== '' && (
        <p class="row-hint">
          <bdi>{platform}</bdi>
        </p>
      )}
      <code class="entry-id">{nodeId}</code>
      {isThisCompanion && <p class="soft">{words.selfHint}</p>}
    </>
  );
}

function Revoke(props: Props & { readonly node: Node }) {
  const { node, mode, revoking, onRevoking, onRevoke } = props;
  const { confirm } = words;
  const isOpen = revoking === node.id;
  return (
    <>
      <div class="entry-role">
        <Commands commands={node.commands} />
        {node.canRevoke && (
          <Button
            label={words.revokeOne(node.name)}
            disabled={isOpen}
            onPress={() => onRevoking(node.id)}
          >
            {words.revoke}
          </Button>
        )}
      </div>
      {isOpen && (
        <Confirm
          title={confirm.title(node.name)}
          sentences={[confirm.ends, ...(mode === 'own' ? [confirm.own] : []), confirm.forGood]}
          confirm={confirm.go}
          onBack={() => onRevoking(null)}
          onConfirm={() => onRevoke(node.id)}
        />
      )}
    </>
  );
}

function Commands({ commands }: Pick<Node, 'commands'>) {
  if (commands.length === 0) return <p class="soft">{words.noCommands}</p>;
  return (
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
  );
}
