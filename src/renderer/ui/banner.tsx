import type { ComponentChildren } from 'preact';
import { Icon } from './icons.tsx';

/** Something a person has to know before the rest of the pane: what happened and what to do. */
export function Banner({
  tone,
  children,
}: {
  readonly tone: 'caution' | 'danger';
  readonly children: ComponentChildren;
}) {
  return (
    <div class="banner" data-tone={tone} role={tone === 'danger' ? 'alert' : 'note'}>
      <Icon name="caution" />
      <div>{children}</div>
    </div>
  );
}
