import type { GatewayHealth } from './desktop/gateway-health.ts';
import { safe } from './quoted.ts';

/** How a Gateway that is not ours says its channels are, in one line for people. */
export function healthLine(health: GatewayHealth): string {
  switch (health.kind) {
    case 'ok':
      return 'Health ok';
    case 'unknown':
      return 'Health not known: no channel says how it is';
    case 'login-required':
      return 'Login required: no channel of that Gateway is linked';
    case 'degraded': {
      const { detail, elapsedMs } = health;
      const after = elapsedMs === null ? '' : ` (${Math.round(elapsedMs)} ms)`;
      return `${detail === null ? 'Health check timed out' : safe(detail)}${after}`;
    }
    case 'failed':
      return `Health not known: ${safe(health.detail)}`;
  }
}
