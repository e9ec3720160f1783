import type { RulesEdit, ShownSettings } from '#ipc/rules.ts';
import { Select } from '../../ui/controls.tsx';
import { rulesWords, settingWords } from './words.ts';

type SettingName = keyof ShownSettings;
type Settings = Extract<RulesEdit, { kind: 'set' }>['settings'];

const names = Object.keys(settingWords) as SettingName[];

/** No value of a setting. */
const inherit = 'inherit';

interface Props {
  /** Begins the ids of its controls. */
  readonly id: string;
  readonly settings: ShownSettings;
  /** Which are set here; the others come from the level above. Null: there is none. */
  readonly own: readonly SettingName[] | null;
  readonly disabled: boolean;
  readonly onChange: (settings: Settings) => unknown;
}

/** The four settings of one level, in words. */
export function SettingRows({ id, settings, own, disabled, onChange }: Props) {
  return (
    <div class="level">
      {names.map((name) => {
        const { title, values } = settingWords[name];
        const options = Object.entries<string>(values).map(([value, text]) => ({ value, text }));
        const now = String(settings[name]);
        const isInherited = own?.includes(name) === false;
        const held = options.find(({ value }) => value === now)?.text ?? now;
        const unset = isInherited ? rulesWords.inherited(held) : rulesWords.inherit;
        return (
          <Select
            key={name}
            id={`${id}-${name}`}
            label={title}
            showLabel
            value={isInherited ? inherit : now}
            options={own === null ? options : [{ value: inherit, text: unset }, ...options]}
            disabled={disabled}
            onChange={(value) => void onChange(oneSetting(name, value))}
          />
        );
      })}
    </div>
  );
}

/** The options offered only what the contract takes. */
function oneSetting(name: SettingName, value: string): Settings {
  if (value === inherit) return { [name]: null };
  return { [name]: name === 'autoAllowSkills' ? value === 'true' : value };
}
