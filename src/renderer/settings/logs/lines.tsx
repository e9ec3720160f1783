import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Output } from '#ipc/contract.ts';
import { logTime } from '../../ui/moment.ts';
import { logsWords as words } from './words.ts';

type Line = Output<'logs.tail'>['lines'][number];

/** Nearer to the end than this counts as being there. */
const nearPx = 8;

interface Props {
  readonly box: RefObject<HTMLElement | null>;
  readonly lines: readonly Line[];
  readonly following: boolean;
  readonly onFollow: (following: boolean) => void;
}

/** The lines in a box of their own, which stays at its end until somebody scrolls up. */
export function LogLines({ box, lines, following, onFollow }: Props) {
  useLayoutEffect(() => {
    const { current } = box;
    if (current && following) current.scrollTop = current.scrollHeight;
  }, [box, lines, following]);
  return (
    <section
      ref={box}
      id="log"
      class="log"
      aria-label={words.lines}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
        onFollow(scrollHeight - scrollTop - clientHeight < nearPx)
      }
    >
      {lines.length === 0 && <p class="empty">{words.none}</p>}
      {keyed(lines).map(({ key, line: { atMs, level, event, text } }) => (
        <p key={key} class="log-line" data-level={level}>
          <span class="soft">{logTime(atMs)}</span> <b>{words.names[level].padEnd(5)}</b> {event}{' '}
          <span class="log-fields">{text}</span>
        </p>
      ))}
    </section>
  );
}

/** Lines move up as others come: the same line keeps its key, so that only new ones are drawn. */
function keyed(lines: readonly Line[]): readonly { readonly key: string; readonly line: Line }[] {
  let before = Number.NaN;
  let nth = 0;
  return lines.map((line) => {
    nth = line.atMs === before ? nth + 1 : 0;
    before = line.atMs;
    return { key: `${line.atMs} ${nth}`, line };
  });
}
