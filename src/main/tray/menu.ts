import type { MenuItemConstructorOptions } from 'electron';
import { type PolicyChoice, policyChoiceOf, policyChoices } from '#core/desktop/policy-choice.ts';
import { messages } from '#core/messages.ts';
import { activityMessages } from '#core/messages-activity.ts';
import type { Snapshot } from '#ipc/contract.ts';

/**
 * What the rows of the menu do. A row whose action is absent is left out: nothing is shown that
 * does not work.
 */
export interface TrayActions {
  showApprovals(): void;
  showStatus(): void;
  quit(): void;
  showPairing?(): void;
  /** Everything stands still; null: until a person ends it, 0 ends it. */
  pause?(minutes: number | null): void;
  /** Ends the pause of an agent, named as in the audit. */
  resume?(agent: string): void;
  /** Only what a person wants: it may still need their consent, and may fail. Never rejects. */
  choosePolicy?(choice: PolicyChoice): Promise<void>;
  /** Of the Gateway we are attached to. */
  openDashboard?(): void;
  openSettings?(): void;
  openLogs?(): void;
  /** Where no menu bar has it. */
  openAbout?(): void;
}

export interface TrayMenuInput {
  readonly snapshot: Pick<Snapshot, 'approvals' | 'pairing' | 'status'>;
  /** As they are named, not as they are shown. */
  readonly pausedAgents: readonly { readonly agent: string; readonly untilMs: number }[];
  /** Names of the nodes that are connected, as they call themselves. */
  readonly nodes: readonly string[];
  readonly actions: TrayActions;
}

type Row = MenuItemConstructorOptions;

const words = messages.desktop.menu;

/** A menu is narrow; the window and the CLI have the whole text. */
const maxLabelChars = 120;

/** `&` would mark the letter after it. */
function label(text: string): string {
  const characters = [...text];
  const cut = characters.length > maxLabelChars;
  const short = cut ? `${characters.slice(0, maxLabelChars - 1).join('')}…` : text;
  return short.replaceAll('&', '&&');
}

const line = (text: string): Row => ({ label: label(text), enabled: false });

const command = (text: string, click: () => void): Row => ({ label: label(text), click });

const optional = (text: string, click: (() => void) | undefined): readonly Row[] =>
  click ? [command(text, click)] : [];

/** The menu of the icon, top to bottom (app-features §3); groups are parted by a line. */
export function trayMenu(input: TrayMenuInput): Row[] {
  const { actions } = input;
  const groups: readonly (readonly Row[])[] = [
    activeRows(input),
    stateRows(input),
    [...policyRows(input), ...pauseRows(input)],
    connectionRows(input),
    [
      ...optional(words.settings, actions.openSettings && (() => actions.openSettings?.())),
      ...optional(words.logs, actions.openLogs && (() => actions.openLogs?.())),
      ...optional(words.about, actions.openAbout && (() => actions.openAbout?.())),
    ],
    [command(words.quit, () => actions.quit())],
  ];
  return groups
    .filter((rows) => rows.length > 0)
    .flatMap((rows, index): readonly Row[] =>
      index === 0 ? rows : [{ type: 'separator' }, ...rows],
    );
}

/** As long as a meeting. */
const pauseMinutes = 15;

/** The switch of app-features §3, row 1: it stops everything, and starts it again. */
function activeRows({ snapshot, actions }: TrayMenuInput): readonly Row[] {
  const { standstill, policy } = snapshot.status;
  const { pause } = actions;
  // Before the companion has started there is nothing to stop.
  if (!pause || policy.security === '') return [];
  if (standstill !== null) {
    const until = standstill.untilMs === null ? null : timeOfDay(standstill.untilMs);
    return [command(words.resumeAll(until), () => actions.pause?.(0))];
  }
  const untilResumed = (): void => actions.pause?.(null);
  return [
    { label: label(words.active), type: 'checkbox', checked: true, click: untilResumed },
    command(words.pauseFor(pauseMinutes), () => actions.pause?.(pauseMinutes)),
    command(words.pause, untilResumed),
  ];
}

/** What goes on, where the headline says something else. */
function workRows({ activity, headline }: Snapshot['status']): readonly Row[] {
  const [first] = activity;
  const text = first && activityMessages.shownLine(first);
  return text === undefined || headline.startsWith(text) ? [] : [line(text)];
}

/** A problem first, then what is happening, then the way to see it. */
function stateRows({ snapshot, actions }: TrayMenuInput): readonly Row[] {
  const { status, approvals, pairing } = snapshot;
  const waiting = approvals.waiting.length;
  const strangers = pairing.waiting.length;
  const { showPairing } = actions;
  return [
    ...(status.problem === null ? [] : [line(status.problem)]),
    line(status.headline),
    ...workRows(status),
    ...(waiting > 0 ? [command(words.showWaiting(waiting), () => actions.showApprovals())] : []),
    ...(strangers > 0 && showPairing
      ? [command(words.showPairing(strangers), () => actions.showPairing?.())]
      : []),
    command(words.status, () => actions.showStatus()),
  ];
}

/** Settings that no choice stands for are shown as such and stay until a person picks another. */
function policyRows({ snapshot, actions }: TrayMenuInput): readonly Row[] {
  const { choosePolicy } = actions;
  const { policy } = snapshot.status;
  if (!choosePolicy || policy.security === '') return [];
  const current = policyChoiceOf(policy);
  const usable = policy.problem === null;
  const names = Object.keys(policyChoices) as PolicyChoice[];
  const choices = names.map(
    (choice): Row => ({
      label: label(words.policies[choice]),
      type: 'radio',
      checked: usable && choice === current,
      enabled: usable,
      click: () => void actions.choosePolicy?.(choice),
    }),
  );
  const custom: Row = {
    label: label(words.policies.custom),
    type: 'radio',
    checked: true,
    enabled: false,
  };
  const submenu = usable && current === 'custom' ? [...choices, custom] : choices;
  return [{ label: label(words.policy), submenu }];
}

/** A menu may stay as it is for minutes: a time that is left would become wrong. */
const timeOfDay = (ms: number): string =>
  new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

function pauseRows({ pausedAgents, actions }: TrayMenuInput): readonly Row[] {
  if (!actions.resume) return [];
  return pausedAgents.map(({ agent, untilMs }) =>
    command(words.resume(agent, timeOfDay(untilMs)), () => actions.resume?.(agent)),
  );
}

function healthRows({ health }: Snapshot['status']['gateway']): readonly Row[] {
  return health ? [line(words.health(health.text, timeOfDay(health.checkedAtMs)))] : [];
}

/** The connection pane has all of them. */
const maxNodes = 8;

function connectionRows({ snapshot, nodes, actions }: TrayMenuInput): readonly Row[] {
  const { gateway } = snapshot.status;
  if (gateway.url === '') return [];
  const { openDashboard } = actions;
  return [
    line(words.gateway(gateway)),
    ...healthRows(gateway),
    ...nodes.slice(0, maxNodes).map((name) => line(words.node(name))),
    ...(nodes.length > maxNodes ? [line(words.moreNodes(nodes.length - maxNodes))] : []),
    ...(gateway.mode === 'attached' && openDashboard
      ? [command(words.dashboard, () => actions.openDashboard?.())]
      : []),
  ];
}
