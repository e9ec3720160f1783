import type { ShownApproval } from '#ipc/approvals.ts';
import { words } from '../words.ts';

/** Second step of "always" (AP-12): shows what will be stored, word for word. */
export function AlwaysStep({ approval }: { approval: ShownApproval }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
    <section class="facts always" aria-labelledby="always-title" tabIndex={0}>
      <h2 id="always-title">{words.always.title}</h2>
      <p>{words.always.lead(approval.always.length)}</p>
      <ul class="rules">
        {approval.always.map((sentence) => (
          <li key={sentence}>
            <bdi>{sentence}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
