import { describe, expect, it } from 'vitest';
import type { Activity } from '#core/desktop/activity.ts';
import { historyMessages } from '#core/messages-history.ts';
import { standstillMessages } from '#core/messages-standstill.ts';
import { type StatusParts, shownStatus } from '#main/state/shown-status.ts';
import { statusFactsOf } from '#support/shown-state.ts';

const shown = (parts: Partial<StatusParts> = {}) =>
  shownStatus({
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

const work = (agent: string | null, what: string): Activity => ({
  session: 'agent:main:main',
  agent,
  work: { kind: 'command', what },
  sinceMs: 7,
});

describe('shownStatus', () => {
  it('S6, S25: shows what goes on with names quoted as claims, and texts safe', () => {
    const activity = [work('ma"in\u202E', 'npm\u200B test'), work(null, 'make')];
    const { headline, ...status } = shown({ activity });
    expect(status.activity).toEqual([
      {
        agent: { text: 'ma\\"in\\u{202E}', claimed: true },
        text: 'running npm\\u{200B} test',
        sinceMs: 7,
      },
      { agent: null, text: 'running make', sinceMs: 7 },
    ]);
    expect(headline).toBe('"ma\\"in\\u{202E}" (claimed) · running npm\\u{200B} test · and 1 more');
  });

  it('says that everything stands still, until when, and what still goes on', () => {
    const status = shown({
      status: statusFactsOf({ standstill: { untilMs: 9 } }),
      activity: [work('main', 'make')],
    });
    expect(status).toMatchObject({ headline: 'Everything is paused', standstill: { untilMs: 9 } });
    expect(status.activity).toHaveLength(1);
    expect(shown({ status: statusFactsOf({ standstill: null }) }).standstill).toBeNull();
  });

  it('ES-18: says that questions wait while the window cannot be shown, and what to do', () => {
    expect(shown({ isWindowBroken: true })).toMatchObject({
      headline: 'Needs attention',
      problem:
        'The approval window could not be shown. What is asked waits, and nothing is allowed by that. Open the window to try again.',
    });
  });

  it('AP-16: says that decisions are not written down, and what to do', () => {
    const auditProblem = historyMessages.unwritten({
      path: '/state/audit.sqlite',
      failure: 'database or disk is full',
      waiting: 1,
      lost: 2,
    });
    expect(shown({ status: statusFactsOf({ auditProblem }) })).toMatchObject({
      headline: 'Needs attention',
      problem:
        'Decisions cannot be written to /state/audit.sqlite: database or disk is full. 1 decision waits in memory, 2 decisions are lost. Make room on its disk, or make it writable: the next decision writes them too.',
    });
  });

  it('says that "pause everything" does not outlive a restart, or why it began by itself (S16)', () => {
    for (const standstillProblem of [
      standstillMessages.notKept(true, 'disk full'),
      standstillMessages.unreadable('/s/standstill.json is torn'),
    ]) {
      const status = statusFactsOf({ standstill: { untilMs: null }, standstillProblem });
      expect(shown({ status })).toMatchObject({
        headline: 'Needs attention',
        problem: standstillProblem,
        standstill: { untilMs: null },
      });
    }
  });

  it('puts devices that want to be let in before the work', () => {
    expect(shown({ pairing: 2, activity: [work('main', 'make')] }).headline).toBe(
      '2 devices want to be let in',
    );
  });
});
