import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GatewayHealth, gatewayHealth } from '#core/desktop/gateway-health.ts';
import { healthLine } from '#core/messages-health.ts';
import { gatewayHealthSchema } from '#protocol/gateway-health.ts';

/** What a person reads of an answer, however it was meant. */
const read = (payload: unknown): string =>
  healthLine(gatewayHealth(gatewayHealthSchema.parse(payload).channels));

describe('the health of a foreign Gateway (app-features §5)', () => {
  it.each([
    [{}, 'Health not known: no channel says how it is'],
    [
      { channels: { telegram: { configured: false } } },
      'Health not known: no channel says how it is',
    ],
    [{ channels: { telegram: { configured: true } } }, 'Health ok'],
    [{ channels: { whatsapp: { configured: true, linked: true } } }, 'Health ok'],
    [
      { channels: { whatsapp: { configured: true, linked: false } } },
      'Login required: no channel of that Gateway is linked',
    ],
    [
      {
        channels: {
          whatsapp: { linked: false },
          telegram: { configured: true, probe: { ok: true } },
        },
      },
      'Health ok',
    ],
    [
      { channels: { telegram: { configured: true, probe: { ok: false, elapsedMs: 1500.4 } } } },
      'Health check timed out (1500 ms)',
    ],
    [
      {
        channels: {
          telegram: { configured: true, probe: { ok: false, error: 'un\u202Eauthorized' } },
        },
      },
      'un\\u{202E}authorized',
    ],
    [{ channels: { odd: 7, telegram: { configured: true, linked: 'yes' } } }, 'Health ok'],
  ])('%j is told as %j', (payload, line) => {
    expect(read(payload)).toBe(line);
  });

  it('S26: reads whatever a Gateway sends, in one safe line', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.oneof(
            fc.anything(),
            fc.record({
              configured: fc.anything(),
              linked: fc.anything(),
              probe: fc.record({
                ok: fc.boolean(),
                error: fc.anything(),
                elapsedMs: fc.anything(),
              }),
            }),
          ),
        ),
        (channels) => {
          const { success, data } = gatewayHealthSchema.safeParse({ channels });
          if (!success) return;
          const health: GatewayHealth = gatewayHealth(data.channels);
          expect(healthLine(health)).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
        },
      ),
    );
  });
});
