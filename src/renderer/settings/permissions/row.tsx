import { useId } from 'preact/hooks';
import type { PermissionRow } from '#ipc/permissions.ts';
import { Button } from '../../ui/controls.tsx';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { Waits } from '../../ui/waits.tsx';
import { permissionWords as words } from './words.ts';

/** The shape says it too (ui.md §1). */
const shapes: Readonly<Record<PermissionRow['state'], IconName>> = {
  granted: 'check',
  refused: 'cross',
  'not-asked': 'ring',
  'not-granted': 'ring',
  unknown: 'question',
  'not-effective': 'caution',
  'not-here': 'dash',
};

interface Props {
  readonly row: PermissionRow;
  /** The system is being asked for this one. */
  readonly asking: boolean;
  readonly onAct: () => unknown;
}

export function PermissionEntry({ row, asking, onAct }: Props) {
  const { capability, title, neededBy, state, help } = row;
  const id = useId();
  const action = actionText(row);
  return (
    <li class="row permission" aria-labelledby={id}>
      <div class="row-text">
        <p id={id} class="row-title">
          {title}
        </p>
        <p class="row-hint">{words.neededBy(neededBy)}</p>
        <p class="permission-state" data-state={state}>
          <Icon name={shapes[state]} />
          <span>{words.states[state]}</span>
        </p>
        {help !== null && <p class="permission-help">{help}</p>}
      </div>
      <div class="row-control">
        {action !== null && (
          <Button id={`act-${capability}`} label={words.actionOn(action, title)} onPress={onAct}>
            {asking ? <Waits>{words.asking}</Waits> : action}
          </Button>
        )}
      </div>
    </li>
  );
}

function actionText({ capability, action }: PermissionRow): string | null {
  if (action === null) return null;
  if (action === 'open-settings') return words.openSettings;
  return capability === 'notifications' ? words.show : words.ask;
}
