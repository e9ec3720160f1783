import type { RulesEdit, ShownSettings } from '#ipc/rules.ts';
import { Select } from '../../ui/controls.tsx';
import { rulesWords, settingWords } from './words.ts';

type SettingName = keyof ShownSettings;
type Settings = Extract<RulesEdit, { kind: 'set' }>['settings'];

const names = Object.keys(settingWords) as SettingName[];

interface Props {
  /** Begins the ids of its controls. */
  readonly id: string;
  readonly settings: ShownSettings;
  /** Which are set here; the others come from the level above. */
  readonly own: readonly SettingName[];
  readonly disabled: boolean;
  readonly onChange: (settings: Settings) => unknown;
}

/** The four settings of one level, in words. */
export function SettingRows({ id, settings, own, disabled, onChange }: Props) {
  return (
    <div class="level">
      {names.map((name) => {
        const { title, values } = settingWords[name];
        return (
          <Select
            key={name}
            id={`${id}-${name}`}
            label={own.includes(name) ? title : rulesWords.inherited(title)}
            showLabel
            value={String(settings[name])}
            options={Object.entries(values).map(([value, text]) => ({ value, text }))}
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
  return { [name]: name === 'autoAllowSkills' ? value === 'true' : value };
}
