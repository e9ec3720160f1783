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
    args: ['status'],
    folder: '/home/ann/code/api',
    isPinned: false,
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
          args: 'any',
          folder: null,
          uses: 1_204,
        }),
        rule({
          id: 'b',
          program: '/opt/tools/*/bin/lint',
          scope: 'with arguments that match --fix( \\S+)*, in any folder',
          args: 'kept',
          folder: null,
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
            args: ['log', '-n', `${n}`],
            uses: n,
          }),
        ),
        rule({
          id: 'long',
          program: '/home/ann/code/api/node_modules/.bin/a-program-with-a-very-long-name-indeed',
          scope: `with exactly: ${'--option=value '.repeat(40)}, only in /home/ann/code/api, while its content stays the same (sha256 0da58029854fe569b599d513)`,
          isPinned: true,
        }),
        rule({
          id: 'old',
          program: '/usr/bin/npm',
          scope: 'with exactly: run build, in any folder',
          args: ['run', 'build'],
          folder: null,
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
    } else if (edit.kind === 'replace') {
      const { ruleId, program, args, folder, expiresAtMs, agent } = edit;
      const made = { id: `${ruleId}-new`, lastUsedAtMs: null, uses: 0 };
      const fields = definedOf({
        program,
        args: args === null ? 'any' : args,
        folder,
        expiresAtMs,
      });
      const found = list.agents.flatMap(({ rules }) => rules).find(({ id }) => id === ruleId);
      const moved = found === undefined ? [] : [{ ...found, ...fields, ...made }];
      if (agent === undefined) {
        list = each((rules) => rules.flatMap((one) => (one.id === ruleId ? moved : [one])));
      } else {
        list = each((rules) => rules.filter(({ id }) => id !== ruleId));
        const agents = list.agents.map((one) =>
          one.key === agent ? { ...one, rules: [...one.rules, ...moved] } : one,
        );
        list = { ...list, agents };
      }
    } else if (edit.kind === 'set' && edit.agent === null) {
      list = { ...list, defaults: { ...list.defaults, ...definedOf(edit.settings, null) } };
    } else if (edit.kind === 'set') {
      list = { ...list, agents: list.agents.map((one) => withSettings(one, edit, list.defaults)) };
    } else if (edit.kind === 'confirm' || edit.kind === 'discard')
      list = { ...list, unconfirmed: [] };
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
      return ok({
        kind: 'written' as const,
        undo: ['confirm', 'discard'].includes(edit.kind) ? null : undo,
      });
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

type SetEdit = Extract<Input<'rules.apply'>['edit'], { kind: 'set' }>;

/** One level after an edit of it; what is taken out comes from the defaults again. */
function withSettings(
  agent: RulesList['agents'][number],
  edit: SetEdit,
  defaults: RulesList['defaults'],
): RulesList['agents'][number] {
  if (agent.key !== edit.agent) return agent;
  const { settings } = edit;
  const own = settingNames.filter((name) =>
    settings[name] === undefined ? agent.own.includes(name) : settings[name] !== null,
  );
  const kept = definedOf({ ...agent.settings, ...settings }, null);
  const back = settingNames.filter((name) => !own.includes(name));
  const inherited = Object.fromEntries(back.map((name) => [name, defaults[name]]));
  return { ...agent, own, settings: { ...kept, ...inherited } };
}

const settingNames = ['security', 'ask', 'askFallback', 'autoAllowSkills'] as const;

/** Without the members that are undefined, or one of `absent`. */
function definedOf<T extends object, A>(
  value: T,
  ...absent: A[]
): { [K in keyof T]-?: Exclude<T[K], undefined | A> } {
  const there = Object.entries(value).filter(
    ([, member]) => member !== undefined && !absent.includes(member),
  );
  return Object.fromEntries(there) as { [K in keyof T]-?: Exclude<T[K], undefined | A> };
}

export const atRules = (mark = 'h1') => snapshot([], { section: 'rules', marks: { rules: mark } });
