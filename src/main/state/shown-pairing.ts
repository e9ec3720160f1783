import { pairingMessages } from '#core/messages-pairing.ts';
import type { PairingRequest } from '#core/pairing/types.ts';
import { quotable, safe } from '#core/quoted.ts';
import type { ShownPairing } from '#ipc/pairing.ts';

type Fact = ShownPairing['facts'][number];

const { labels } = pairingMessages;

/**
 * Who wants to be let in, as pages show it. Nothing but the request goes into it, so the digest of
 * the request stands for everything that is shown (S24).
 */
export function shownPairing(request: PairingRequest): ShownPairing {
  const { kind, requestId, digest, isRepair, atMs } = request;
  return {
    kind,
    requestId,
    digest,
    title: pairingMessages.title(kind),
    facts: [...identity(request), ...wishes(request)],
    means: [...pairingMessages.means(request)],
    isRepair,
    atMs,
  };
}

/** The Gateway proved a device's key and saw its address; of a node it knows what it was told. */
function identity({ kind, name, subjectId, platform, client, address }: PairingRequest): Fact[] {
  const told = kind === 'node';
  return [
    name === null
      ? { label: labels.name, text: pairingMessages.noName, claimed: false }
      : { label: labels.name, text: quotable(name), claimed: true },
    ...fact(labels.platform, platform, true),
    ...fact(labels.client, client, true),
    ...fact(labels.address, address, told),
    ...fact(labels.id[kind], subjectId, told),
  ];
}

function wishes({ kind, roles, scopes, commands }: PairingRequest): Fact[] {
  if (kind === 'node') return fact(labels.commands, commands.join(', ') || null, true);
  return [
    ...fact(labels.roles, roles.join(', ') || null, false),
    ...fact(labels.scopes, scopes.join(', ') || pairingMessages.noRights, false),
  ];
}

function fact(label: string, raw: string | null, claimed: boolean): Fact[] {
  if (raw === null) return [];
  return [{ label, text: claimed ? quotable(raw) : safe(raw), claimed }];
}
