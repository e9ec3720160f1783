import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

/**
 * A second reading of shell texts by tree-sitter-bash, which shares nothing with ours: not the
 * parser, not the rules for quotes. Used by tests only (D9).
 */
interface BashOracle {
  /** The argv of every command, in order; null when it sees anything but literal commands. */
  readonly commands: (text: string) => readonly (readonly string[])[] | null;
}

export async function createBashOracle(): Promise<BashOracle> {
  await Parser.init();
  const wasm = createRequire(import.meta.url).resolve('tree-sitter-bash/tree-sitter-bash.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasm));
  return {
    commands: (text) => {
      const tree = parser.parse(text);
      if (tree === null) return null;
      const { rootNode } = tree;
      const found = rootNode.hasError ? null : listCommands(rootNode);
      tree.delete();
      return found;
    },
  };
}

const containers: ReadonlySet<string> = new Set(['program', 'list', 'pipeline']);
const silent: ReadonlySet<string> = new Set([';', '\n', '&&', '||', '|']);

/** A node of a type that is named nowhere here makes the whole reading null. */
function listCommands(node: Node): (readonly string[])[] | null {
  if (node.type === 'command') return one(children(node).filter(isNotRedirect).map(word));
  if (node.type === 'test_command') return one(leaves(node).map(word));
  if (node.type === 'redirected_statement') return redirected(node);
  if (silent.has(node.type)) return [];
  if (!containers.has(node.type)) return null;
  return concat(children(node).map(listCommands));
}

/** The grammar gives words after a redirection to the redirection; they are the command's. */
function redirected(node: Node): (readonly string[])[] | null {
  const redirects = children(node).filter((child) => !isNotRedirect(child));
  const found = concat(children(node).filter(isNotRedirect).map(listCommands));
  const extra = one(redirects.flatMap((redirect) => destinations(redirect).slice(1)).map(word));
  if (found === null || extra === null) return null;
  return found.map((words, at) => (at < found.length - 1 ? words : [...words, ...extra.flat()]));
}

function destinations(redirect: Node): readonly Node[] {
  return redirect.childrenForFieldName('destination').filter((child) => child !== null);
}

function one(words: readonly (string | null)[]): (readonly string[])[] | null {
  const known = words.filter((text) => text !== null);
  return known.length === words.length ? [known] : null;
}

function concat<T>(parts: readonly (T[] | null)[]): T[] | null {
  const known = parts.filter((part) => part !== null);
  return known.length === parts.length ? known.flat() : null;
}

function word(node: Node): string | null {
  switch (node.type) {
    case 'command_name':
    case 'concatenation':
      return join(children(node).map(word));
    case 'raw_string':
      return node.text.slice(1, -1);
    case 'string':
      return children(node).every(({ type }) => type === 'string_content' || type === '"')
        ? node.text.slice(1, -1).replace(/\\([\\"$`])/g, '$1')
        : null;
    case 'word':
    case 'number':
    case 'test_operator':
    case 'regex':
    case 'extglob_pattern':
      return node.childCount === 0 ? node.text.replace(/\\(.)/gs, '$1') : null;
    default:
      // Operators and brackets of a test are tokens without a name.
      return node.isNamed ? null : node.text;
  }
}

const join = (parts: readonly (string | null)[]) => (parts.includes(null) ? null : parts.join(''));

function isNotRedirect({ type }: Node): boolean {
  return type !== 'file_redirect';
}

/** The words of a test in order: its inner nodes only say how they are grouped. */
function leaves(node: Node): readonly Node[] {
  const groups = ['test_command', 'unary_expression', 'binary_expression', 'negation_expression'];
  return groups.includes(node.type) ? children(node).flatMap(leaves) : [node];
}

function children(node: Node): readonly Node[] {
  return node.children.filter((child) => child !== null);
}
