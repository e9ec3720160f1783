import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import type { Activity } from '#core/desktop/activity.ts';
import type { StatusParts } from '#main/state/shown-status.ts';
import { shownStatus } from '#main/state/shown-status.ts';
import { type TrayActions, type TrayMenuInput, trayMenu } from '#main/tray/menu.ts';
import { statusFactsOf } from '#support/shown-state.ts';

/** Local time, as the menu tells it. */
const atHalfPastNine = new Date(2026, 10, 21, 9, 30).getTime();

function inputOf(
  parts: Partial<StatusParts> = {},
  actions: Partial<TrayActions> = {},
  pausedAgents: TrayMenuInput['pausedAgents'] = [],
  nodes: TrayMenuInput['nodes'] = [],
): TrayMenuInput {
  const status = shownStatus({
    version: '1',
    status: statusFactsOf(),
    waiting: 0,
    running: 0,
    activity: [],
    pairing: 0,
    isWindowBroken: false,
    recent: [],
    ...parts,
  });
  const waiting = new Array(parts.waiting ?? 0).fill({});
  return {
    snapshot: {
      status,
      approvals: { current: null, waiting, last: null },
      pairing: { waiting: new Array(parts.pairing ?? 0).fill({}), current: null },
    },
    pausedAgents,
    nodes,
    actions: { showApprovals: vi.fn(), showStatus: vi.fn(), quit: vi.fn(), ...actions },
  };
}

const work = (what: string): Activity => ({
  session: '',
  agent: 'main',
  work: { kind: 'command', what },
  sinceMs: 1,
});

const labels = (rows: readonly MenuItemConstructorOptions[]) =>
  rows.map(({ label, type }) => label ?? `(${type})`);

function click(rows: readonly MenuItemConstructorOptions[], label: string): void {
  const found = rows.find((row) => row.label === label);
  if (!found?.click) throw new Error(`no row to click: ${label} in ${labels(rows).join(', ')}`);
  // The handlers of ours use none of Electron's arguments.
  (found.click as () => void)();
}

const withPolicy = (security: string, ask: string, problem: string | null = null) => ({
  status: statusFactsOf({ policy: { path: '/p', security, ask, problem, unconfirmed: 0 } }),
});

function policyRows(input: TrayMenuInput): readonly MenuItemConstructorOptions[] {
  const found = trayMenu(input).find(({ label }) => label === 'Commands of agents');
  return (found?.submenu ?? []) as MenuItemConstructorOptions[];
}

const checked = (rows: readonly MenuItemConstructorOptions[]) =>
  rows.filter((row) => row.checked).map((row) => row.label);

describe('trayMenu', () => {
  it('has only rows that do something, when nothing optional can be done', () => {
    expect(labels(trayMenu(inputOf()))).toEqual([
      'Quiet',
      'Show status',
      '(separator)',
      'Gateway ws://127.0.0.1:18789: connected',
      '(separator)',
      'Quit OpenClaw Companion',
    ]);
  });

  it('has every row in its order when everything can be done', () => {
    const gateway = { ...statusFactsOf().gateway, mode: 'attached' as const };
    const rows = trayMenu(
      inputOf(
        {
          waiting: 2,
          pairing: 1,
          activity: [work('npm test'), work('make')],
          status: statusFactsOf({ gateway }),
        },
        {
          pause: vi.fn(),
          showPairing: vi.fn(),
          resume: vi.fn(),
          choosePolicy: vi.fn(),
          openDashboard: vi.fn(),
          openSettings: vi.fn(),
          openLogs: vi.fn(),
          openAbout: vi.fn(),
        },
        [{ agent: 'main', untilMs: atHalfPastNine }],
        ['build-\u202Ebox'],
      ),
    );
    expect(labels(rows)).toEqual([
      'Active',
      'Pause for 15 minutes',
      'Pause until I resume',
      '(separator)',
      '2 requests and 1 device wait',
      '"main" (claimed) · running npm test',
      'Show the 2 waiting requests',
      'Show the device that wants to be let in',
      'Show status',
      '(separator)',
      'Commands of agents',
      'End the pause of "main" (claimed) (until 09:30)',
      '(separator)',
      'OpenClaw’s Gateway ws://127.0.0.1:18789: connected',
      'Node "build-\\u{202E}box": connected',
      'Open the dashboard of the Gateway',
      '(separator)',
      'Settings…',
      'Open the logs folder',
      'About OpenClaw Companion',
      '(separator)',
      'Quit OpenClaw Companion',
    ]);
  });

  it('puts a problem first, as text that cannot be clicked', () => {
    const [first, second] = trayMenu(inputOf(withPolicy('deny', 'off', 'The file is damaged.')));
    expect(first).toEqual({
      label: expect.stringContaining('The file is damaged. Everything is denied'),
      enabled: false,
    });
    expect(second?.label).toBe('Needs attention');
  });

  it('does what the rows say', () => {
    const actions = {
      showApprovals: vi.fn(),
      showStatus: vi.fn(),
      quit: vi.fn(),
      openLogs: vi.fn(),
      openAbout: vi.fn(),
      resume: vi.fn(),
    };
    const paused = [{ agent: 'a\u202Eb', untilMs: atHalfPastNine }];
    const rows = trayMenu(inputOf({ waiting: 1 }, actions, paused));
    click(rows, 'Show the waiting request');
    click(rows, 'Show status');
    click(rows, 'Open the logs folder');
    click(rows, 'About OpenClaw Companion');
    click(rows, 'Quit OpenClaw Companion');
    click(rows, 'End the pause of "a\\u{202E}b" (claimed) (until 09:30)');
    expect(actions.resume.mock.calls).toEqual([['a\u202Eb']]);
    for (const action of Object.values(actions)) expect(action).toHaveBeenCalledOnce();
  });

  it('pauses everything from the switch or for a while, and resumes (app-features §3, row 1)', () => {
    const pause = vi.fn();
    const rows = trayMenu(inputOf({}, { pause }));
    expect(rows[0]).toMatchObject({ label: 'Active', type: 'checkbox', checked: true });
    click(rows, 'Active');
    click(rows, 'Pause for 15 minutes');
    click(rows, 'Pause until I resume');
    const paused = (untilMs: number | null) =>
      trayMenu(inputOf({ status: statusFactsOf({ standstill: { untilMs } }) }, { pause }));
    expect(labels(paused(null)).slice(0, 3)).toEqual([
      'Resume',
      '(separator)',
      'Everything is paused',
    ]);
    click(paused(atHalfPastNine), 'Resume (paused until 09:30)');
    expect(pause.mock.calls).toEqual([[null], [15], [null], [0]]);
  });

  it('says what goes on once, and names eight nodes at most', () => {
    const nodes = Array.from({ length: 11 }, (_, index) => `node ${index}`);
    const rows = labels(trayMenu(inputOf({ activity: [work('make')] }, {}, [], nodes)));
    expect(rows.filter((label) => label.includes('running make'))).toHaveLength(1);
    expect(rows.filter((label) => label.startsWith('Node "'))).toHaveLength(8);
    expect(rows).toContain('3 more nodes');
  });

  it('shows which policy holds and hands on what a person picks', () => {
    const choosePolicy = vi.fn();
    const rows = policyRows(inputOf(withPolicy('allowlist', 'on-miss'), { choosePolicy }));
    expect(labels(rows)).toEqual([
      'Deny everything',
      'Ask when no rule allows it',
      'Allow everything without asking',
    ]);
    expect(checked(rows)).toEqual(['Ask when no rule allows it']);
    click(rows, 'Deny everything');
    expect(choosePolicy.mock.calls).toEqual([['deny']]);
  });

  it('shows settings it has no name for as custom, and keeps them', () => {
    const choosePolicy = vi.fn();
    const rows = policyRows(inputOf(withPolicy('allowlist', 'always'), { choosePolicy }));
    expect(checked(rows)).toEqual(['Custom']);
    expect(rows.at(-1)).toMatchObject({ label: 'Custom', enabled: false });
    expect(rows.at(-1)?.click).toBeUndefined();
  });

  it('lets nobody pick while the policy file cannot be used', () => {
    const rows = policyRows(
      inputOf(withPolicy('deny', 'off', 'Broken.'), { choosePolicy: vi.fn() }),
    );
    expect(rows.map(({ enabled }) => enabled)).toEqual([false, false, false]);
    expect(checked(rows)).toEqual([]);
  });

  it('offers no dashboard of our own Gateway', () => {
    expect(labels(trayMenu(inputOf({}, { openDashboard: vi.fn() })))).not.toContain(
      'Open the dashboard of the Gateway',
    );
  });

  it('keeps names of others short, safe and free of accelerators', () => {
    const paused = [
      { agent: 'R&D', untilMs: atHalfPastNine },
      { agent: 'x'.repeat(500), untilMs: atHalfPastNine },
    ];
    const rows = labels(trayMenu(inputOf({}, { resume: vi.fn() }, paused)));
    expect(rows).toContain('End the pause of "R&&D" (claimed) (until 09:30)');
    expect(rows.every((label) => label.length <= 120)).toBe(true);
  });

  it('says that it starts before anything is known', () => {
    expect(labels(trayMenu(inputOf({ status: null }, { choosePolicy: vi.fn() })))).toEqual([
      'Starting',
      'Show status',
      '(separator)',
      'Quit OpenClaw Companion',
    ]);
  });
});
