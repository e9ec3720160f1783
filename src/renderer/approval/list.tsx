import { useState } from 'preact/hooks';
import type { ShownApproval } from '#ipc/approvals.ts';
import { Claim } from '../ui/claim.tsx';
import { CommandText } from '../ui/command-text.tsx';
import { words } from '../words.ts';
import { Choice } from './choices.tsx';
import type { ApprovalController } from './controller.ts';
import { Runs } from './facts.tsx';
import { type ApprovalModel, keyOf, listedQuestions } from './model.ts';

interface Props {
  readonly model: ApprovalModel;
  readonly controller: ApprovalController;
}

/** Every waiting question, by agent. They can be denied together, never allowed (S24). */
export function List({ model, controller }: Props) {
  const listed = listedQuestions(model);
  const newer = (model.snapshot?.approvals.waiting.length ?? 0) - listed.length;
  const groups = Map.groupBy(listed, ({ agent }) => `${agent.claimed} ${agent.text}`);
  return (
    <div class="page">
      <header class="header list-header">
        <h1>{words.list.title(listed.length)}</h1>
        <p class="from">{listed.length === 0 ? words.list.noneLeft : words.list.lead}</p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard */}
      <section class="list" aria-label={words.list.title(listed.length)} tabIndex={0}>
        {[...groups.values()].map((group, index) => (
          <Group
            key={group[0]?.agent.text}
            index={index}
            group={group}
            alone={groups.size === 1}
            onDeny={() => controller.denyMany(group)}
          />
        ))}
      </section>
      <ListFooter model={model} controller={controller} newer={newer} />
    </div>
  );
}

interface GroupProps {
  readonly index: number;
  readonly group: readonly ShownApproval[];
  readonly alone: boolean;
  readonly onDeny: () => unknown;
}

function Group({ index, group, alone, onDeny }: GroupProps) {
  const [first] = group;
  if (first === undefined) return null;
  return (
    <section class="group">
      <div class="group-head">
        <h2>
          <Claim claim={first.agent} />
        </h2>
        {!alone && (
          <Choice id={`deny-group-${index}`} kind="deny" onChoose={onDeny}>
            {words.list.denyThese(group.length)}
          </Choice>
        )}
      </div>
      <ol>
        {group.map((approval) => (
          <Row key={keyOf(approval)} approval={approval} />
        ))}
      </ol>
    </section>
  );
}

/** Collapsed text is not hidden text: from here on there is a button that shows the rest. */
const collapsedChars = 150;

function Row({ approval }: { approval: ShownApproval }) {
  const [open, setOpen] = useState(false);
  const lines = approval.command.filter(({ kind }) => kind === 'newline').length + 1;
  const isLong = approval.commandChars > collapsedChars || lines > 3;
  return (
    <li class="row">
      <p class="row-title">
        <bdi>{approval.title}</bdi>
      </p>
      <div class={isLong && !open ? 'row-command collapsed' : 'row-command'}>
        <CommandText pieces={approval.command} />
      </div>
      {isLong && (
        <button
          type="button"
          id={`expand-${approval.id}`}
          class="link"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? words.list.hideCommand : words.list.showCommand}
          {` · ${words.command.characters(approval.commandChars)}`}
        </button>
      )}
      <Runs approval={approval} />
    </li>
  );
}

function ListFooter({ model, controller, newer }: Props & { newer: number }) {
  const listed = listedQuestions(model);
  return (
    <footer class="footer">
      <p class="notice" role="alert" hidden={model.notice === null}>
        {model.notice}
      </p>
      <div class="choices">
        <Choice id="back" kind="harmless" first onChoose={() => controller.goTo('question')}>
          {words.list.back}
        </Choice>
        <span class="gap" />
        {listed.length > 0 && (
          <Choice
            id="deny-all"
            kind="deny"
            inert={model.sending}
            onChoose={() => controller.denyMany(listed)}
          >
            {words.list.denyAll(listed.length)}
          </Choice>
        )}
      </div>
      <div class="queue">
        {newer > 0 && (
          <>
            <span>{words.list.newer(newer)}</span>
            <button type="button" id="newer" class="link" onClick={() => controller.goTo('list')}>
              {words.list.showNewer}
            </button>
          </>
        )}
      </div>
    </footer>
  );
}
