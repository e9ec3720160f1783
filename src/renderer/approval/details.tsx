import type { ShownApproval } from '#ipc/approvals.ts';
import { Claim } from '../ui/claim.tsx';
import { Fact } from '../ui/fact.tsx';
import { exactTime } from '../ui/moment.ts';
import { words } from '../words.ts';
import { OtherNotes, otherNotes } from './notes.tsx';

/** The third level: all there is to know about the question. */
export function Details({ approval }: { approval: ShownApproval }) {
  const { details } = words;
  return (
    <dl class="details">
      {otherNotes(approval.notes).length > 0 && (
        <Fact label={details.notes}>
          <OtherNotes notes={approval.notes} />
        </Fact>
      )}
      {approval.env.length > 0 && (
        <Fact label={details.env}>
          <ul>
            {approval.env.map(({ name, value }) => (
              <li key={name}>
                <code>{`${name}=${value}`}</code>
              </li>
            ))}
          </ul>
        </Fact>
      )}
      <Fact label={details.agent}>
        <Claim claim={approval.agent} />
      </Fact>
      {approval.from.length > 0 && (
        <Fact label={details.from}>
          <ul>
            {approval.from.map((claim) => (
              <li key={claim.text}>
                <Claim claim={claim} />
              </li>
            ))}
          </ul>
        </Fact>
      )}
      {approval.facts?.map(({ label, text, block }) => (
        <Fact key={label} label={label}>
          {block ? <code class="block">{text}</code> : text}
        </Fact>
      ))}
      <Fact label={details.asked}>{exactTime(approval.createdAtMs)}</Fact>
      <Fact label={details.length}>{words.command.characters(approval.commandChars)}</Fact>
      <Fact label={details.kind}>{details.kinds[approval.kind]}</Fact>
      <Fact label={details.request}>
        <code>{approval.id}</code>
      </Fact>
      <Fact label={details.digest}>
        <code>{approval.displayDigest}</code>
      </Fact>
      <Fact label={details.plan}>
        <code>{approval.planDigest}</code>
      </Fact>
      {approval.identity !== null && (
        <Fact label={details.identity}>
          <code>{approval.identity}</code>
        </Fact>
      )}
    </dl>
  );
}
