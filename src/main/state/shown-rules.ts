import { rulesMessages } from '#core/messages-rules.ts';
import { type ListedAgent, type ListedRule, listPolicy } from '#core/policy/listing.ts';
import { agentPolicy, anyAgent } from '#core/policy/resolve.ts';
import type { Clock, Hasher } from '#core/ports.ts';
import { quoted, safe } from '#core/quoted.ts';
import type { RulesList, ShownRule } from '#ipc/rules.ts';
import type { PolicyView } from '#protocol/control-policy.ts';

export interface ShownRulesDeps {
  /** How many decisions of the history each rule allowed, by its id. */
  readonly uses: () => ReadonlyMap<string, number>;
  readonly clock: Clock;
  readonly hasher: Hasher;
}

type ShownAgent = RulesList['agents'][number];

const settingNames = ['security', 'ask', 'askFallback', 'autoAllowSkills'] as const;

/** The policy for the settings window; every text is safe to show. */
export function shownRules(view: PolicyView, deps: ShownRulesDeps): RulesList {
  const { hash, problem, unconfirmed, document } = view;
  const { defaults, agents } = listPolicy(document, null, deps.clock.now(), deps.hasher);
  const uses = deps.uses();
  return {
    hash,
    problem: problem === null ? null : safe(problem),
    unconfirmed: unconfirmed.map(safe),
    defaults,
    agents: agents.map((agent) => shownAgent(agent, document, uses)),
  };
}

function shownAgent(
  { agentId, settings, rules }: ListedAgent,
  document: PolicyView['document'],
  uses: ReadonlyMap<string, number>,
): ShownAgent {
  const written = agentPolicy(document, agentId) ?? {};
  return {
    key: agentId,
    shown: agentId === anyAgent ? rulesMessages.everyAgent : quoted(agentId),
    settings,
    own: settingNames.filter((name) => written[name] !== undefined),
    rules: rules.map((rule) => shownRule(rule, uses)),
  };
}

function shownRule(rule: ListedRule, uses: ReadonlyMap<string, number>): ShownRule {
  const id = rule.id ?? '';
  return {
    id,
    program: safe(rule.pattern),
    scope: safe(rule.reach),
    args: shownArgs(rule),
    folder: rule.cwd === null ? null : safe(rule.cwd),
    isPinned: rule.contentSha256 !== null,
    expiresAtMs: rule.expiresAt,
    isExpired: rule.isExpired,
    lastUsedAtMs: rule.lastUsedAt,
    createdAtMs: rule.createdAt,
    origin: rulesMessages.origin(rule.source),
    uses: uses.get(id) ?? 0,
  };
}

/** Text with something hidden in it cannot be typed again: such arguments are kept or replaced. */
function shownArgs({ argPattern, args }: ListedRule): ShownRule['args'] {
  if (argPattern === null) return 'any';
  return args?.every((arg) => safe(arg) === arg) ? [...args] : 'kept';
}
