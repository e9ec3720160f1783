import { describe, expect, it } from 'vitest';
import type { Activity } from '#core/desktop/activity.ts';
import { type DesktopFacts, headline } from '#core/desktop/headline.ts';
import { policyChoiceOf, policyChoices } from '#core/desktop/policy-choice.ts';
import { type TrayFacts, trayState } from '#core/desktop/tray-state.ts';

const quiet: DesktopFacts = {
  waiting: 0,
  pairing: 0,
  running: 0,
  activity: [],
  standsStill: false,
  paused: [],
  problem: null,
};

const doing = (agent: string | null, what: string): Activity => ({
  session: '',
  agent,
  work: { kind: 'command', what },
  sinceMs: 1,
});

const facts = (overrides: Partial<TrayFacts> = {}): TrayFacts => ({
  headline: 'Quiet',
  problem: null,
  waiting: 0,
  running: 0,
  pausedAgents: 0,
  standsStill: false,
  ...overrides,
});

describe('headline', () => {
  it.each([
    ['Quiet', {}],
    ['1 request waits', { waiting: 1, running: 4 }],
    ['2 requests wait', { waiting: 2, problem: 'The file is damaged.' }],
    ['Needs attention', { problem: 'The file is damaged.', paused: ['main'] }],
    ['Paused: "main" (claimed)', { paused: ['main'] }],
    ['1 command is running', { paused: ['main'], running: 1 }],
    ['"b" (claimed) · running make', { paused: ['main'], activity: [doing('b', 'make')] }],
    ['2 agents are paused', { paused: ['main', 'build'] }],
    ['1 command is running', { running: 1 }],
    ['3 commands are running', { running: 3 }],
    ['"main" (claimed) · running npm test', { running: 1, activity: [doing('main', 'npm test')] }],
    [
      'An unnamed agent · running make · and 2 more',
      { activity: [doing(null, 'make'), doing('a', 'b'), doing('a', 'c')] },
    ],
    ['1 device wants to be let in', { pairing: 1, standsStill: true }],
    ['2 devices want to be let in', { pairing: 2, problem: 'The file is damaged.' }],
    ['2 requests and 1 device wait', { waiting: 2, pairing: 1 }],
    ['Everything is paused', { standsStill: true, paused: ['main'], running: 1 }],
  ] as [string, Partial<DesktopFacts>][])('says %j', (sentence, change) => {
    expect(headline({ ...quiet, ...change })).toBe(sentence);
  });

  it('makes the name of a paused agent safe to show (S6)', () => {
    expect(headline({ ...quiet, paused: ['a\u202E"'] })).toBe('Paused: "a\\u{202E}\\"" (claimed)');
  });
});

describe('trayState', () => {
  it('gives every state a shape of its own, what a person has to do first', () => {
    const all = { waiting: 3, problem: 'broken', pausedAgents: 1, running: 2 };
    expect(trayState(facts(all)).shape).toBe('waiting');
    expect(trayState(facts({ ...all, waiting: 0 })).shape).toBe('attention');
    expect(trayState(facts({ running: 2, standsStill: true })).shape).toBe('paused');
    // One agent that is paused does not hide what the others do.
    expect(trayState(facts({ ...all, waiting: 0, problem: null })).shape).toBe('working');
    expect(trayState(facts({ pausedAgents: 1 })).shape).toBe('paused');
    expect(trayState(facts()).shape).toBe('idle');
  });

  it('tells how many wait in words and as a number', () => {
    const state = trayState(facts({ waiting: 3, headline: '3 requests wait' }));
    expect(state).toMatchObject({ title: '3', tooltip: 'OpenClaw Companion: 3 requests wait' });
    expect(trayState(facts()).title).toBe('');
  });

  it('does not let a waiting question hide a problem', () => {
    const state = trayState(facts({ waiting: 1, headline: '1 request waits', problem: 'Broken.' }));
    expect(state.tooltip).toBe('OpenClaw Companion: 1 request waits\nBroken.');
  });
});

describe('policyChoiceOf', () => {
  it('names the settings that a choice of the menu stands for', () => {
    for (const [choice, settings] of Object.entries(policyChoices)) {
      expect(policyChoiceOf({ ask: 'off', ...settings })).toBe(choice);
    }
  });

  it('calls every other pair custom, so that nothing is overwritten unseen', () => {
    expect(policyChoiceOf({ security: 'allowlist', ask: 'always' })).toBe('custom');
    expect(policyChoiceOf({ security: 'full', ask: 'on-miss' })).toBe('custom');
  });

  it('is "deny" whatever would be asked, as nobody is asked then', () => {
    for (const ask of ['off', 'on-miss', 'always']) {
      expect(policyChoiceOf({ security: 'deny', ask })).toBe('deny');
    }
  });
});
