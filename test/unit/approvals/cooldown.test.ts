import { describe, expect, it } from 'vitest';
import { createCooldowns } from '#core/approvals/cooldown.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const second = 1_000;
const minute = 60 * second;

function setup() {
  const clock = createVirtualClock();
  const limits = { strikes: 2, cooldownMs: 30 * second, longestCooldownMs: 10 * minute };
  const cooldowns = createCooldowns(clock, limits);
  /** Asks now, is not answered for a second. */
  const ignored = (agent = 'a') => {
    const askedAtMs = clock.now();
    clock.advance(second);
    cooldowns.unanswered(agent, askedAtMs);
  };
  /** Waits until the agent may ask again; ms that took. */
  const wait = () => {
    const startMs = clock.now();
    while (cooldowns.has('a')) clock.advance(second);
    return clock.now() - startMs;
  };
  return { clock, cooldowns, ignored, wait };
}

describe('cool-down (D15)', () => {
  it('begins with the second unanswered question and doubles with each one after it, up to 10 min', () => {
    const { ignored, wait } = setup();
    ignored();
    expect(wait()).toBe(0);
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      ignored();
      waits.push(wait());
    }
    const minutes = [0.5, 1, 2, 4, 8, 10, 10, 10];
    expect(waits).toEqual(minutes.map((count) => count * minute));
  });

  it('is over, and forgotten, once a person answers something of that agent', () => {
    const { cooldowns, ignored, wait } = setup();
    for (let round = 0; round < 4; round += 1) {
      wait();
      ignored();
    }
    expect(cooldowns.has('a')).toBe(true);
    cooldowns.answered('a');
    expect(cooldowns.has('a')).toBe(false);
    ignored();
    expect(cooldowns.has('a')).toBe(false);
    ignored();
    expect(wait()).toBe(30 * second);
  });

  it('does not grow with questions that were asked before it began', () => {
    const { clock, cooldowns, ignored, wait } = setup();
    const earlyMs = clock.now();
    ignored();
    ignored();
    for (let index = 0; index < 5; index += 1) cooldowns.unanswered('a', earlyMs);
    expect(wait()).toBe(30 * second);
    cooldowns.unanswered('a', earlyMs);
    expect(wait()).toBe(0);
  });

  it('is each agent’s own', () => {
    const { cooldowns, ignored } = setup();
    ignored('a');
    ignored('b');
    ignored('a');
    expect([cooldowns.has('a'), cooldowns.has('b')]).toEqual([true, false]);
  });

  it('neither lasts longer nor stops growing when the clock is set back', () => {
    const { clock, cooldowns, ignored, wait } = setup();
    ignored();
    ignored();
    const { now } = clock;
    clock.now = () => now() - 60 * minute;
    expect(cooldowns.has('a')).toBe(false);
    ignored();
    expect(wait()).toBe(minute);
  });

  it('remembers the latest 1 024 agents only: names cost nothing to invent', () => {
    const { cooldowns, ignored } = setup();
    ignored('a');
    for (let index = 0; index < 1_024; index += 1) cooldowns.unanswered(`invented ${index}`, 0);
    ignored('a');
    expect(cooldowns.has('a')).toBe(false);
  });
});
