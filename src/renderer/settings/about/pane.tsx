import { Answered } from '../../ui/answered.tsx';
import { Fact } from '../../ui/fact.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import type { PaneProps } from '../pane-props.ts';
import { LinkButton } from './link-button.tsx';
import { aboutWords as words } from './words.ts';

export function AboutPane({ companion }: PaneProps) {
  const answer = useAnswer(companion, 'about.get', null, null);
  return (
    <Answered answer={answer}>
      {({ name, version, bundleId, runtime, stateDir, licence }) => (
        <>
          <section>
            <h2>{name}</h2>
            <p class="soft">{words.version(version)}</p>
          </section>
          <p>{words.lead}</p>
          <dl class="facts">
            <Fact label={words.bundleId}>
              <code>{bundleId}</code>
            </Fact>
            {runtime.map((part) => (
              <Fact key={part.name} label={part.name}>
                {part.version}
              </Fact>
            ))}
            <Fact label={words.stateDir}>
              <code>{stateDir}</code>
            </Fact>
            <Fact label={words.licence}>{licence}</Fact>
          </dl>
          <div class="toolbar">
            <LinkButton link="documentation" companion={companion} />
            <LinkButton link="source" companion={companion} />
            <LinkButton link="state-folder" companion={companion} />
          </div>
        </>
      )}
    </Answered>
  );
}
