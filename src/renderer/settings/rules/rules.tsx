import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Bridge } from '#ipc/contract.ts';
import type { RulesList, ShownRule } from '#ipc/rules.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button, TextField } from '../../ui/controls.tsx';
import type { EditedRule } from './draft.ts';
import type { Edits } from './edits.ts';
import { findRules, haystack } from './filter.ts';
import { RuleForm } from './rule-form.tsx';
import { SettingRows } from './settings.tsx';
import { RulesTable } from './table.tsx';
import { type OpenForm, useFocusOnceClosed } from './use-focus.ts';
import { rulesWords } from './words.ts';

interface Props {
  readonly list: RulesList;
  readonly nowMs: number;
  readonly companion: Bridge;
  readonly edits: Edits;
  readonly form: OpenForm | null;
  readonly onForm: (form: OpenForm | null) => void;
  /** Told the id of a control whose row is about to go. */
  readonly goesAway: (id: string) => void;
}

/** So many rows are drawn at a time: a page of thousands would be slow, and nobody reads it. */
const step = 100;

/** More than a window is high: these are painted first, those below them right after. */
const inSight = 10;

export function Rules(props: Props) {
  const { list, nowMs, companion, edits, form, onForm, goesAway } = props;
  const [query, setQuery] = useState('');
  const [most, setMost] = useState(inSight);
  useEffect(() => {
    const idle = requestIdleCallback(() => setMost((now) => Math.max(now, step)));
    return () => cancelIdleCallback(idle);
  }, []);
  const all = useMemo(() => haystack(list), [list]);
  const { groups, count, left } = useMemo(() => findRules(all, query, most), [all, query, most]);
  useFocusOnceClosed(form);
  const readOnly = list.problem !== null;
  const formOf = (edited: EditedRule | null) => (
    <RuleForm
      companion={companion}
      agents={list.agents}
      edited={edited}
      onSave={(edit) => edits.request(edit)}
      onCancel={() => onForm(null)}
    />
  );
  const isAdding = form !== null && form.ruleId === null;
  const isOpen = ({ id }: ShownRule) => form?.ruleId === id;
  return (
    <>
      <div class="toolbar">
        <TextField
          id="rules-search"
          type="search"
          label={rulesWords.search}
          placeholder={rulesWords.searchHint}
          value={query}
          onInput={(text) => {
            setQuery(text);
            setMost(step);
          }}
        />
        <span class="soft" role="status">
          {rulesWords.found(count, countOf(list))}
        </span>
        <Button
          id="add-rule"
          disabled={readOnly || isAdding}
          onPress={() => onForm({ ruleId: null })}
        >
          {rulesWords.add}
        </Button>
      </div>
      <Banners list={list} edits={edits} />
      {isAdding && !readOnly && formOf(null)}
      {query === '' && <Defaults list={list} edits={edits} />}
      {count === 0 && (
        <p class="empty">{countOf(list) === 0 ? rulesWords.none : rulesWords.noneFound}</p>
      )}
      {groups.length > 0 && (
        <RulesTable
          groups={groups}
          nowMs={nowMs}
          disabled={readOnly}
          onEdit={(edit) => edits.request(edit)}
          onOpen={(rule) => onForm(isOpen(rule) ? null : { ruleId: rule.id })}
          below={(rule, { key }) => {
            return isOpen(rule) && !readOnly ? formOf({ rule, agent: key }) : null;
          }}
          onRemove={({ id }, row) => {
            goesAway(`remove-${row}`);
            return edits.request({ kind: 'remove', ruleIds: [id] }, rulesWords.deleted);
          }}
        />
      )}
      {left > 0 && (
        <Button id="more-rules" onPress={() => setMost(most + step)}>
          {rulesWords.more(Math.min(step, left), left)}
        </Button>
      )}
    </>
  );
}

const countOf = ({ agents }: RulesList): number =>
  agents.reduce((sum, { rules }) => sum + rules.length, 0);

function Defaults({ list, edits }: Pick<Props, 'list' | 'edits'>) {
  return (
    <section aria-labelledby="rules-defaults">
      <h2 id="rules-defaults">{rulesWords.defaults}</h2>
      <p class="soft">{rulesWords.defaultsLead}</p>
      <SettingRows
        id="defaults"
        settings={list.defaults}
        own={null}
        disabled={list.problem !== null}
        onChange={(settings) => edits.request({ kind: 'set', agent: null, settings })}
      />
    </section>
  );
}

/** All of them are read before they are put in force; here are the first. */
const toldFirst = 5;

function Banners({ list: { problem, unconfirmed }, edits }: Pick<Props, 'list' | 'edits'>) {
  const more = unconfirmed.length - toldFirst;
  return (
    <>
      {problem !== null && (
        <Banner tone="danger">
          <p>
            <bdi>{problem}</bdi>
          </p>
          <p>{rulesWords.readOnly}</p>
        </Banner>
      )}
      {unconfirmed.length > 0 && (
        <Banner tone="caution">
          <p>{rulesWords.waits}</p>
          <ul>
            {unconfirmed.slice(0, toldFirst).map((sentence) => (
              <li key={sentence}>
                <bdi>{sentence}</bdi>
              </li>
            ))}
            {more > 0 && <li>{rulesWords.andMore(more)}</li>}
          </ul>
          <Button
            id="put-in-force"
            disabled={problem !== null}
            onPress={() => edits.request({ kind: 'confirm' })}
          >
            {rulesWords.putInForce}
          </Button>{' '}
          <Button
            id="discard"
            disabled={problem !== null}
            onPress={() => edits.request({ kind: 'discard' }, rulesWords.discarded)}
          >
            {rulesWords.discard}
          </Button>
        </Banner>
      )}
    </>
  );
}
