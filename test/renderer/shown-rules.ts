import type { Input, Output, Reply } from '#ipc/contract.ts';
import type { RulesList, ShownRule } from '#ipc/rules.ts';
import { pageTime, type usePages } from '#support/page-bench.ts';
import { snapshot } from './shown.ts';

/** Rules as the main process would show them, and a policy behind them that really changes. */

type Answers = NonNullable<Parameters<ReturnType<typeof usePages>>[1]['answers']>;

const dayMs = 86_400_000;

function rule(over: Partial<ShownRule> = {}): ShownRule {
  return {
    id: 'rule-0',
    program: '/usr/bin/git',
    scope: 'with exactly: status, only in /home/ann/code/api',
    expiresAtMs: null,
    isExpired: false,
    lastUsedAtMs: pageTime - 12 * 60_000,
    createdAtMs: pageTime - 3 * dayMs,
    origin: 'Always, in the window or terminal',
    uses: 12,
    ...over,
  };
}

const settings = {
  security: 'allowlist',
  ask: 'on-miss',
  askFallback: 'deny',
  autoAllowSkills: false,
} as const;

/** A dozen rules of three agents, with everything that a row can show. */
export const twelve: RulesList = {
  hash: 'h1',
  problem: null,
  unconfirmed: [],
  defaults: settings,
  agents: [
    {
      key: '*',
      shown: 'Every agent',
      settings,
      own: [],
      rules: [
        rule({
          id: 'a',
          program: 'uname',
          scope: 'with any arguments, in any folder',
          uses: 1_204,
        }),
        rule({
          id: 'b',
          program: '/opt/tools/*/bin/lint',
          scope: 'with arguments that match --fix( \\S+)*, in any folder',
          origin: 'openclaw-mac policy add',
          expiresAtMs: pageTime + 20 * dayMs,
        }),
      ],
    },
    {
      key: 'main',
      shown: '"main"',
      settings,
      own: [],
      rules: [
        ...Array.from({ length: 6 }, (_, n) =>
          rule({
            id: `main-${n}`,
            scope: `with exactly: log -n ${n}, only in /home/ann/code/api`,
            uses: n,
          }),
        ),
        rule({
          id: 'long',
          program: '/home/ann/code/api/node_modules/.bin/a-program-with-a-very-long-name-indeed',
          scope: `with exactly: ${'--option=value '.repeat(40)}, only in /home/ann/code/api, while its content stays the same (sha256 0da58029854fe569b599d513)`,
        }),
        rule({
          id: 'old',
          program: '/usr/bin/npm',
          scope: 'with exactly: run build, in any folder',
          expiresAtMs: pageTime - dayMs,
          isExpired: true,
          lastUsedAtMs: null,
          uses: 0,
        }),
      ],
    },
    {
      key: 'research agent',
      shown: '"research agent"',
      settings: { ...settings, security: 'deny' },
      own: ['security'],
      rules: [
        rule({
          id: 'c',
          program: '/usr/bin/curl',
          origin: 'Added in this window',
          createdAtMs: null,
        }),
        rule({ id: 'd', program: '/bin/\\u{202E}ls', origin: '"other tool"', uses: 1 }),
      ],
    },
  ],
};

export function manyRules(count: number): RulesList {
  const [every, main] = twelve.agents;
  if (every === undefined || main === undefined) throw new Error('no agents');
  const rules = Array.from({ length: count }, (_, n) =>
    rule({ id: `rule-${n}`, program: `/opt/tool-${n}`, uses: n }),
  );
  return {
    ...twelve,
    agents: [
      { ...every, rules: [] },
      { ...main, rules },
    ],
  };
}

const ok = <T>(value: T): Reply<T> => ({ ok: true, value });

interface PolicyOptions {
  readonly list?: RulesList;
  /** What an edit would allow beyond now. */
  readonly widening?: (edit: Input<'rules.preview'>['edit']) => readonly string[];
  /** What `rules.apply` answers instead of writing, the first times. */
  readonly applied?: Output<'rules.apply'>[];
  /** Why no edit makes sense. */
  readonly refusal?: string;
  /** Whether edits can be taken back; they can, by default. */
  readonly undoable?: boolean;
}

/** The four channels over one list; removals and ends really happen, undo puts back what was there. */
export function policyOf(options: PolicyOptions = {}) {
  let list = options.list ?? twelve;
  const undone = new Map<string, RulesList>();
  const { widening = () => [], applied = [], refusal, undoable = true } = options;
  let looks = 0;
  const write = (edit: Input<'rules.apply'>['edit']): void => {
    const each = (change: (rules: readonly ShownRule[]) => ShownRule[]): RulesList => ({
      ...list,
      agents: list.agents.map((agent) => ({ ...agent, rules: change(agent.rules) })),
    });
    if (edit.kind === 'remove') {
      list = each((rules) => rules.filter(({ id }) => !edit.ruleIds.includes(id)));
    } else if (edit.kind === 'expire') {
      const { ruleId, expiresAtMs } = edit;
      list = each((rules) =>
        rules.map((one) => (one.id === ruleId ? { ...one, expiresAtMs, isExpired: false } : one)),
      );
    } else if (edit.kind === 'set' && edit.agent === null) {
      list = { ...list, defaults: { ...list.defaults, ...definedOf(edit.settings) } };
    } else if (edit.kind === 'confirm') list = { ...list, unconfirmed: [] };
  };
  const answers: Answers = {
    'rules.list': () => ok(list),
    'rules.preview': ({ edit }) => {
      looks += 1;
      if (refusal) return { ok: false, error: { code: 'INVALID_REQUEST', message: refusal } };
      const wide = [...widening(edit)];
      const changes =
        edit.kind === 'add'
          ? [`Agent "${edit.agent}": the rule "${edit.program}" is added.`]
          : [`A sentence about ${edit.kind}.`];
      return ok({ baseHash: list.hash, digest: `digest-${looks}`, changes, widening: wide });
    },
    'rules.apply': ({ edit }) => {
      const instead = applied.shift();
      if (instead) return ok(instead);
      const undo = `undo-${undone.size + 1}`;
      undone.set(undo, list);
      write(edit);
      return ok({ kind: 'written' as const, undo: edit.kind === 'confirm' ? null : undo });
    },
    'rules.undo': ({ undo }) => {
      const before = undoable ? undone.get(undo) : undefined;
      list = before ?? list;
      return ok(before !== undefined);
    },
  };
  return {
    answers,
    change(next: RulesList) {
      list = next;
    },
  };
}

function definedOf<T extends object>(value: T): { [K in keyof T]-?: Exclude<T[K], undefined> } {
  const there = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]-?: Exclude<T[K], undefined> };
}

export const atRules = (mark = 'h1') => snapshot([], { section: 'rules', marks: { rules: mark } });
