import { type ComponentChildren, Fragment } from 'preact';
import { useState } from 'preact/hooks';
import type { ShownRule } from '#ipc/rules.ts';
import { Icon } from '../../ui/icons.tsx';
import type { Agent, Group } from './filter.ts';
import { type RowProps, RuleRow } from './rule-row.tsx';
import { SettingRows } from './settings.tsx';
import { rulesWords } from './words.ts';

interface TableProps extends RowProps {
  /** What is open below the row of a rule; null: nothing. */
  readonly below: (rule: ShownRule, agent: Agent) => ComponentChildren;
}

interface Props extends TableProps {
  readonly groups: readonly Group[];
}

const columns = Object.entries(rulesWords.columns);

/** Rules by agent, every agent first. */
export function RulesTable({ groups, ...shared }: Props) {
  let row = 0;
  return (
    <table class="rules-table">
      <thead>
        <tr>
          {columns.map(([name, text]) => (
            <th key={name} scope="col" class={`column-${name}`}>
              {name === 'change' ? <span class="heard">{text}</span> : text}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map((group, index) => {
        const from = row;
        row += group.rules.length;
        return (
          <AgentRules key={group.agent.key} {...shared} group={group} index={index} from={from} />
        );
      })}
    </table>
  );
}

interface AgentProps extends TableProps {
  readonly group: Group;
  readonly index: number;
  /** Number of its first rule among all that are drawn. */
  readonly from: number;
}

function AgentRules({ group: { agent, rules }, index, from, below, ...shared }: AgentProps) {
  return (
    <tbody>
      <AgentHead agent={agent} index={index} {...shared} />
      {rules.map((rule, at) => {
        const opened = below(rule, agent);
        return (
          <Fragment key={rule.id}>
            <RuleRow rule={rule} number={from + at} isOpen={opened !== null} {...shared} />
            {opened !== null && (
              <tr>
                <td colSpan={columns.length}>{opened}</td>
              </tr>
            )}
          </Fragment>
        );
      })}
      {agent.rules.length === 0 && (
        <tr>
          <td colSpan={columns.length} class="soft">
            {rulesWords.noRules}
          </td>
        </tr>
      )}
    </tbody>
  );
}

interface HeadProps extends RowProps {
  readonly agent: Agent;
  readonly index: number;
}

function AgentHead({ agent, index, disabled, onEdit }: HeadProps) {
  const [open, setOpen] = useState(false);
  const { key, shown, settings, own } = agent;
  // The defaults, above, are the same for everybody: twice would be once too often.
  const hasSettings = key !== '*' || own.length > 0;
  return (
    <>
      <tr class="agent-head">
        <th scope="rowgroup" colSpan={columns.length}>
          <bdi>{shown}</bdi>
          {hasSettings && (
            <button
              type="button"
              id={`agent-${index}`}
              class="link"
              aria-expanded={open}
              aria-label={rulesWords.settingsOf(shown)}
              onClick={() => setOpen(!open)}
            >
              <Icon name={open ? 'opened' : 'closed'} />
              {rulesWords.showSettings}
            </button>
          )}
        </th>
      </tr>
      {open && (
        <tr>
          <td colSpan={columns.length}>
            <SettingRows
              id={`agent-${index}`}
              settings={settings}
              own={own}
              disabled={disabled}
              onChange={(changed) => onEdit({ kind: 'set', agent: key, settings: changed })}
            />
          </td>
        </tr>
      )}
    </>
  );
}
