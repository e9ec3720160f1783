import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAdmission, type Place } from '#core/approvals/admission.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const limits = { perAgent: 2, perCaller: 3, inAll: 5 };
const admission = () => createAdmission(createVirtualClock(), limits);

describe('places in the queue (D15)', () => {
  it('run out for one agent while another still gets one', () => {
    const { enter } = admission();
    enter('a', null);
    enter('a', null);
    expect(enter('a', null)).toBe('queue-full');
    expect(enter('b', null)).not.toBe('queue-full');
  });

  it('run out for a caller that invents agents; who is not that caller still gets one', () => {
    const { enter } = admission();
    for (const agent of ['a', 'b', 'c']) enter(agent, 'device');
    expect(enter('d', 'device')).toBe('queue-full');
    expect(enter('d', 'other device')).not.toBe('queue-full');
    expect(enter('d', null)).not.toBe('queue-full');
  });

  it('a refusal takes no place', () => {
    const { enter } = admission();
    enter('a', 'device');
    enter('a', 'device');
    for (let index = 0; index < 10; index += 1) expect(enter('a', 'device')).toBe('queue-full');
    expect(enter('b', 'device')).not.toBe('queue-full');
  });

  it('are never more than the limits, and all free again in the end (property)', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.record({
      agent: name,
      caller: fc.option(fc.constantFrom('one', 'two'), { nil: null }),
      leave: fc.option(fc.nat(), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { enter } = admission();
        const held: { agent: string; caller: string | null; place: Place }[] = [];
        for (const { agent, caller, leave } of steps) {
          if (leave !== null && held.length > 0)
            held.splice(leave % held.length, 1)[0]?.place.leave();
          const ofAgent = held.filter((one) => one.agent === agent).length;
          const ofCaller = held.filter((one) => one.caller === caller).length;
          const full =
            held.length >= limits.inAll ||
            ofAgent >= limits.perAgent ||
            (caller !== null && ofCaller >= limits.perCaller);
          const place = enter(agent, caller);
          expect(place === 'queue-full').toBe(full);
          if (typeof place !== 'string') held.push({ agent, caller, place });
        }
        for (const { place } of held) place.leave();
        for (const agent of ['a', 'b', 'c']) expect(enter(agent, 'one')).not.toBe('queue-full');
      }),
    );
  });
});
