import type { RulesList, ShownRule } from '#ipc/rules.ts';

export type Agent = RulesList['agents'][number];

/** One agent with those of its rules that are drawn. */
export interface Group {
  readonly agent: Agent;
  readonly rules: readonly ShownRule[];
}

export interface Found {
  readonly groups: readonly Group[];
  /** Rules that fit, drawn or not. */
  readonly count: number;
  /** Rules and agents that fit and are not drawn. */
  readonly left: number;
}

interface Haystack {
  readonly agent: Agent;
  readonly rules: readonly { readonly rule: ShownRule; readonly text: string }[];
}

/** A list made ready to be searched while a person types. */
export function haystack({ agents }: RulesList): readonly Haystack[] {
  return agents.map((agent) => ({
    agent,
    rules: agent.rules.map((rule) => {
      const { program, scope, origin } = rule;
      const text = `${program}\n${scope}\n${origin}\n${agent.shown}`.toLowerCase();
      return { rule, text };
    }),
  }));
}

/** What has every word of the query, at most `most` rows of it: a row is an agent or a rule. */
export function findRules(all: readonly Haystack[], query: string, most: number): Found {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const groups: Group[] = [];
  let count = 0;
  let rows = 0;
  let drawn = 0;
  for (const { agent, rules } of all) {
    const fitting = rules.filter(({ text }) => words.every((word) => text.includes(word)));
    count += fitting.length;
    if (fitting.length === 0 && words.length > 0) continue;
    rows += fitting.length + 1;
    const room = most - drawn - 1;
    if (room < 0) continue;
    groups.push({ agent, rules: fitting.slice(0, room).map(({ rule }) => rule) });
    drawn += 1 + Math.min(room, fitting.length);
  }
  return { groups, count, left: rows - drawn };
}
