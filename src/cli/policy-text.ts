import { displayBlock, displayText } from '#core/display.ts';
import { commandLines } from '#core/exec/command-lines.ts';
import { canonicalCommandText } from '#core/exec/command-text.ts';
import { messages } from '#core/messages.ts';
import type { ListedAgent, ListedRule, PolicyListing } from '#core/policy/listing.ts';
import { timeText } from '#core/policy/rule-text.ts';
import type { PolicyExplanation, PolicyView } from '#protocol/control-policy.ts';

const texts = messages.cli.policy;

type Decided = Extract<PolicyExplanation, { kind: 'decided' }>;
type Row = readonly [label: string, text: string];

/**
 * What would happen to a command, one fact a line; the command itself is marked (AP-03).
 * @param argv that was asked about.
 */
export function explanationText(explanation: PolicyExplanation, argv: readonly string[]): string {
  const { rows, layers } = texts;
  if (explanation.kind === 'refused') {
    return render([
      [rows.verdict, texts.verdicts.deny],
      [rows.layer, texts.beforePolicy],
      [rows.why, explanation.why],
    ]);
  }
  return render([
    [rows.command, commandLines({ commandText: explanation.commandText, argv }).text],
    [rows.cwd, explanation.cwd],
    [rows.agent, explanation.agentId],
    [rows.verdict, texts.verdicts[explanation.verdict]],
    [rows.layer, layers[explanation.layer] ?? explanation.layer],
    [rows.why, explanation.why],
    ...programRows(explanation),
    [rows.runs, runsText(explanation)],
    ...alwaysRows(explanation),
    ...explanation.risks.map((risk): Row => [rows.risk, risk]),
    ...(explanation.envDropped.length > 0
      ? [[rows.dropped, texts.dropped(explanation.envDropped)] satisfies Row]
      : []),
  ]);
}

/** Where nothing was proved, the one program that is started stands for all. */
function programRows({ segments, executable }: Decided): Row[] {
  const { program, rule } = texts.rows;
  if (segments.length === 0) return [[program, executable]];
  return segments.flatMap((segment): Row[] => [
    [program, `${segment.executable}: ${linesOf(segment.argv)}`],
    [rule, segment.why],
  ]);
}

function linesOf(argv: readonly string[]): string {
  return commandLines({ commandText: canonicalCommandText(argv), argv }).text;
}

function runsText({ runs, verdict, cwd }: Decided): string {
  if (runs === null) return texts.nothingRuns;
  const command = linesOf(runs.argv);
  if (verdict === 'prompt') return texts.onceAsAsked(command);
  return runs.how === 'as-proved'
    ? texts.asProved(command, runs.cwd === cwd ? null : runs.cwd)
    : texts.asAsked(command);
}

function alwaysRows({ verdict, always }: Decided): Row[] {
  const { rows } = texts;
  if (verdict !== 'prompt') return [];
  if (always.length === 0) return [[rows.always, texts.alwaysNotOffered]];
  return always.flatMap(({ sentence, rule }): Row[] => [
    [rows.always, texts.alwaysStores(sentence)],
    [rows.stored, JSON.stringify(rule, withoutNull)],
  ]);
}

/** As it would stand in the document. */
function withoutNull(_: string, value: unknown): unknown {
  return value === null ? undefined : value;
}

const labelWidth = 12;
/** Lines of a text that is not ours can never look like lines of ours. */
const margin = `\n${' '.repeat(labelWidth)} │ `;

function render(rows: readonly Row[]): string {
  const line = ([label, text]: Row) =>
    `${label.padEnd(labelWidth)} ${displayBlock(text).text.replaceAll('\n', margin)}\n`;
  return rows.map(line).join('');
}

/** Settings, rules and what waits, for `policy list`. */
export function listingText(
  listing: PolicyListing,
  { problem, unconfirmed }: Pick<PolicyView, 'problem' | 'unconfirmed'>,
): string {
  const safe = (text: string) => displayText(text).text;
  const waits = unconfirmed.map((sentence) => `  ${safe(sentence)}\n`).join('');
  return [
    problem === null ? '' : `${safe(problem)}\n\n`,
    `${texts.defaults}: ${texts.settings(listing.defaults)}\n`,
    ...listing.agents.map(agentText),
    waits === '' ? '' : `\n${texts.waits}\n${waits}${texts.confirmHint}\n`,
  ].join('');
}

function agentText({ agentId, settings, rules }: ListedAgent): string {
  const who = displayText(texts.owner(agentId)).text;
  const lines = rules.length === 0 ? [`  ${texts.noRules}\n`] : rules.map(ruleText);
  return `\n${who}: ${texts.settings(settings)}\n${lines.join('')}`;
}

function ruleText(rule: ListedRule): string {
  const used = texts.used(rule.lastUsedAt === null ? null : timeText(rule.lastUsedAt));
  const state = rule.isExpired ? `${texts.expired} · ` : '';
  const lines = [
    rule.id ?? '-',
    `  ${rule.pattern}`,
    `  ${rule.scope}`,
    `  ${state}${used} · ${texts.from(rule.source)}`,
  ];
  return lines.map((line) => `  ${displayText(line).text}\n`).join('');
}
