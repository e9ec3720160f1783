import type { Connection } from '#ipc/connection.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Button } from '../../ui/controls.tsx';
import { ago, dateTimeText } from '../../ui/moment.ts';
import { connectionWords } from './words.ts';

const words = connectionWords.devices;

type Device = NonNullable<Connection['devices']>[number];
type DeviceRole = Device['roles'][number];

/** One token of one device. */
export interface Revocable {
  readonly deviceId: string;
  readonly role: string;
}

interface Props {
  readonly devices: Connection['devices'];
  readonly mode: Connection['gateway']['mode'];
  readonly nowMs: number;
  /** The one whose second step is open. */
  readonly revoking: Revocable | null;
  readonly onRevoking: (revoking: Revocable | null) => void;
  readonly onRevoke: (revoked: Revocable) => unknown;
}

const roleName = (role: string): string => words.role[role] ?? connectionWords.quoted(role);

const nameOf = ({ name }: Device): string =>
  name === '' ? words.noName : connectionWords.quoted(name);

/** Who has been let in, and as what. */
export function DevicesSection(props: Props) {
  const { devices } = props;
  if (devices === null) return <p class="soft">{words.unknown}</p>;
  return (
    <>
      <h2>{words.title(devices.length)}</h2>
      {devices.length === 0 ? (
        <p class="soft">{words.none}</p>
      ) : (
        <ul class="rows entries">
          {devices.map((device) => (
            <li key={device.deviceId} class="entry">
              <DeviceEntry {...props} device={device} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function DeviceEntry(props: Props & { readonly device: Device }) {
  const { device, nowMs } = props;
  const { deviceId, platform, approvedAtMs, isThisCompanion } = device;
  const since = words.since(ago(approvedAtMs, nowMs));
  return (
    <>
      <p class="row-title">
        <bdi>{nameOf(device)}</bdi>
        {isThisCompanion && <span class="tag">{words.self}</span>}
      </p>
      <p class="row-hint">
        {platform !== '' && <bdi>{`${platform} · `}</bdi>}
        <span title={dateTimeText(approvedAtMs)}>{since}</span>
      </p>
      <code class="entry-id">{deviceId}</code>
      {device.roles.map((role) => (
        <RoleEntry key={role.role} {...props} role={role} />
      ))}
    </>
  );
}

function RoleEntry(props: Props & { readonly device: Device; readonly role: DeviceRole }) {
  const { device, role, mode, revoking, onRevoking, onRevoke } = props;
  const { deviceId } = device;
  const isOpen = revoking?.deviceId === deviceId && revoking.role === role.role;
  const target = { deviceId, role: role.role };
  const shown = roleName(role.role);
  const { confirm } = words;
  return (
    <>
      <div class="entry-role">
        <p>
          <bdi>{shown}</bdi> <RoleFacts role={role} nowMs={props.nowMs} />
        </p>
        {!role.isRevoked && !device.isThisCompanion && (
          <Button
            label={words.revokeOne(shown, device.name)}
            disabled={isOpen}
            onPress={() => onRevoking(target)}
          >
            {words.revoke}
          </Button>
        )}
      </div>
      {isOpen && (
        <Confirm
          title={confirm.title(shown, device.name)}
          sentences={[confirm.ends, ...(mode === 'own' ? [confirm.own] : []), confirm.forGood]}
          confirm={confirm.go}
          onBack={() => onRevoking(null)}
          onConfirm={() => onRevoke(target)}
        />
      )}
    </>
  );
}

function RoleFacts({ role, nowMs }: { readonly role: DeviceRole; readonly nowMs: number }) {
  const { scopes, isRevoked, lastUsedAtMs, role: name } = role;
  const used = lastUsedAtMs === null ? words.neverUsed : words.used(ago(lastUsedAtMs, nowMs));
  const facts = [
    // A node has none by its nature.
    ...(name === 'node' && scopes.length === 0 ? [] : [words.rights(scopes)]),
    isRevoked ? words.revoked : used,
  ];
  return <span class="soft">{facts.join(' · ')}</span>;
}
