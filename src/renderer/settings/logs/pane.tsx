import { useRef, useState } from 'preact/hooks';
import type { Input } from '#ipc/contract.ts';
import { call } from '../../companion.ts';
import { Answered } from '../../ui/answered.tsx';
import { Button, Row, Select } from '../../ui/controls.tsx';
import { useSay } from '../../ui/say.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import { words as pageWords } from '../../words.ts';
import { LinkButton } from '../about/link-button.tsx';
import type { PaneProps } from '../pane-props.ts';
import { LogLines } from './lines.tsx';
import { logsWords as words } from './words.ts';

type Level = Input<'logs.tail'>['level'];

const levels = (Object.keys(words.levels) as Level[]).map((value) => ({
  value,
  text: words.levels[value],
}));

/** Errors alone would leave out what led to them: shown only where `config.json` says so. */
const writable = (written: Level) =>
  (Object.keys(words.writes) as Level[])
    .filter((value) => value !== 'error' || value === written)
    .map((value) => ({ value, text: words.writes[value] }));

/** More than anybody reads, few enough to draw at once. */
const limit = 500;

/** The end of the log. It grows with the snapshots: the main process sends one after a new line. */
export function LogsPane({ snapshot, companion }: PaneProps) {
  const box = useRef<HTMLElement>(null);
  const [level, setLevel] = useState<Level>('info');
  const [following, setFollowing] = useState(true);
  const held = useRef(snapshot.revision);
  if (following && !isSelecting(box.current)) held.current = snapshot.revision;
  const answer = useAnswer(companion, 'logs.tail', { level, limit }, `${level} ${held.current}`);
  return (
    <>
      <div class="toolbar">
        <Select
          id="level"
          label={words.level}
          showLabel
          value={level}
          options={levels}
          onChange={(chosen) => {
            setLevel(chosen);
            setFollowing(true);
          }}
        />
        <span class="gap" />
        <LinkButton link="logs-folder" companion={companion} />
        <ExportButton companion={companion} />
      </div>
      <Answered answer={answer}>
        {({ lines, path, written }) => (
          <>
            <Written
              written={written}
              companion={companion}
              onWritten={(now) => answer.put({ lines, path, written: now })}
            />
            <LogLines box={box} lines={lines} following={following} onFollow={setFollowing} />
            <div class="log-foot soft">
              <code>{path}</code>
              {!following && (
                <>
                  <span class="gap" />
                  <span>{words.held}</span>
                  <Button id="newest" onPress={() => setFollowing(true)}>
                    {words.newest}
                  </Button>
                </>
              )}
            </div>
          </>
        )}
      </Answered>
    </>
  );
}

/** New lines would take the selection away under the hand. */
function isSelecting(box: HTMLElement | null): boolean {
  const selection = document.getSelection();
  return box !== null && selection !== null && !selection.isCollapsed
    ? box.contains(selection.anchorNode)
    : false;
}

/** What comes into the log at all; the choice above only hides lines that are there. */
function Written({
  written,
  companion,
  onWritten,
}: Pick<PaneProps, 'companion'> & {
  readonly written: Level;
  readonly onWritten: (level: Level) => void;
}) {
  const say = useSay();
  async function set(level: Level, done: () => void): Promise<void> {
    const reply = await call(companion, 'logs.write', { level });
    if (!reply.ok) return say.failed(reply.message ?? pageWords.settings.noAnswer);
    onWritten(level);
    done();
  }
  const { saved, undone } = pageWords.settings;
  const takeBack = () => set(written, () => say.done(undone));
  return (
    <div class="rows">
      <Row title={words.write} hint={words.writeHint}>
        <Select
          id="written"
          label={words.write}
          value={written}
          options={writable(written)}
          onChange={(level) => set(level, () => say.done(saved, takeBack))}
        />
      </Row>
    </div>
  );
}

function ExportButton({ companion }: Pick<PaneProps, 'companion'>) {
  const say = useSay();
  async function save(): Promise<void> {
    const reply = await call(companion, 'logs.export', null);
    if (!reply.ok) say.failed(reply.message ?? pageWords.settings.noAnswer);
    else if (reply.value !== null) say.done(words.exported(reply.value.path));
  }
  return (
    <Button id="export" onPress={save}>
      {words.export}
    </Button>
  );
}
