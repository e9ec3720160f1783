import { useState } from 'preact/hooks';
import type { RulesEdit, ShownRule } from '#ipc/rules.ts';
import { Icon } from '../../ui/icons.tsx';
import { ago, dateText, dateTimeText } from '../../ui/moment.ts';
import { words } from '../../words.ts';
import { Holds } from './holds.tsx';
import { rulesWords } from './words.ts';

/** What every row gets. */
export interface RowProps {
  readonly nowMs: number;
  readonly disabled: boolean;
  readonly onEdit: (edit: RulesEdit) => unknown;
  /** Opens the form of a rule, or closes it. */
  readonly onOpen: (rule: ShownRule) => unknown;
  /** @param row its number among all that are drawn. */
  readonly onRemove: (rule: ShownRule, row: number) => unknown;
}

interface RuleProps extends RowProps {
  readonly rule: ShownRule;
  readonly number: number;
  /** Its form is there. */
  readonly isOpen: boolean;
}

/** One rule: what it allows, until when, how often it did, the ways to change it and be rid of it. */
export function RuleRow(props: RuleProps) {
  const { rule, number, isOpen, nowMs, disabled, onEdit, onOpen, onRemove } = props;
  const { id, program, scope, origin, createdAtMs } = rule;
  const remove = () => onRemove(rule, number);
  return (
    <tr
      class={rule.isExpired ? 'rule expired' : 'rule'}
      onKeyDown={(event) => {
        const isField = event.target instanceof HTMLInputElement;
        if (event.key !== 'Delete' || event.repeat || isField || disabled) return;
        event.preventDefault();
        void remove();
      }}
    >
      <th scope="row">
        <code>
          <bdi>{program}</bdi>
        </code>
        <Scope id={`scope-${number}`} scope={scope} />
        <p class="soft">
          <bdi>{origin}</bdi>
          {createdAtMs !== null && ` · ${rulesWords.made(dateText(createdAtMs))}`}
        </p>
      </th>
      <td>
        <Holds
          id={`holds-${number}`}
          label={rulesWords.holdsLabel(program)}
          expiresAtMs={rule.expiresAtMs}
          isExpired={rule.isExpired}
          disabled={disabled}
          onChange={(expiresAtMs) => onEdit({ kind: 'expire', ruleId: id, expiresAtMs })}
        />
      </td>
      <td>
        <Used rule={rule} nowMs={nowMs} />
      </td>
      <td class="row-buttons">
        <button
          type="button"
          id={`edit-${number}`}
          data-rule={id}
          class="icon-button"
          aria-label={rulesWords.editLabel(program)}
          aria-expanded={isOpen}
          disabled={disabled}
          onClick={() => void onOpen(rule)}
        >
          <Icon name="pencil" />
        </button>
        <button
          type="button"
          id={`remove-${number}`}
          class="icon-button"
          aria-label={rulesWords.removeLabel(program)}
          disabled={disabled}
          onClick={() => void remove()}
        >
          <Icon name="cross" />
        </button>
      </td>
    </tr>
  );
}

/** Folded, but never cut: behind the button is the rest. */
const foldedChars = 240;

function Scope({ id, scope }: { id: string; scope: string }) {
  const [open, setOpen] = useState(false);
  const isLong = scope.length > foldedChars;
  return (
    <>
      <p class={isLong && !open ? 'rule-scope folded' : 'rule-scope'}>
        <bdi>{scope}</bdi>
      </p>
      {isLong && (
        <button
          type="button"
          id={id}
          class="link"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? words.list.hideCommand : words.list.showCommand}
        </button>
      )}
    </>
  );
}

function Used({ rule: { uses, lastUsedAtMs }, nowMs }: { rule: ShownRule; nowMs: number }) {
  if (uses === 0 && lastUsedAtMs === null) return <span class="soft">{rulesWords.neverUsed}</span>;
  return (
    <>
      {uses > 0 && rulesWords.used(uses)}
      {lastUsedAtMs !== null && (
        <p class="soft" title={dateTimeText(lastUsedAtMs)}>
          {rulesWords.lastUsed(ago(lastUsedAtMs, nowMs))}
        </p>
      )}
    </>
  );
}
