import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '#cli/exit-codes.ts';
import { invokeError } from '#cli/invoke-error.ts';
import { CompanionError } from '#core/errors.ts';

const unavailable = (message: string, details?: unknown) =>
  new CompanionError('UNAVAILABLE', message, { details });
const exitCode = (error: unknown) => exitCodeOf(invokeError(error, 30_000));

describe('exit codes of a failed node.invoke (architecture §5)', () => {
  it.each([
    'SYSTEM_RUN_DENIED: user denied',
    'SYSTEM_RUN_DENIED: approval prompt closed without decision',
    'SYSTEM_RUN_DISABLED: security=deny',
    'PERMISSION_MISSING: screenRecording',
    'EXEC_APPROVALS_DENIED: a person must allow a wider policy',
  ])('refused is 126: %s', (message) => {
    expect(exitCode(unavailable(message))).toBe(126);
    expect(invokeError(unavailable(message), 1)).toMatchObject({ message });
  });

  it.each([
    'COMPANION_APP_UNAVAILABLE: companion exec host unreachable (connect ENOENT)',
    'node not connected',
    'Error: node disconnected (system.run)',
  ])('nobody there is 69: %s', (message) => {
    expect(exitCode(unavailable(message))).toBe(69);
  });

  it('a lost connection is 69, a wrong argument of the command is 1', () => {
    expect(exitCode(new CompanionError('UNREACHABLE', 'not connected to the Gateway: x'))).toBe(69);
    expect(exitCode(new CompanionError('INVALID_REQUEST', 'command required'))).toBe(1);
    expect(exitCode(new Error('a defect'))).toBe(1);
  });

  it('the Gateway’s policy is a refusal; a command the node lacks is a failure', () => {
    const notAllowed = (reason?: string) =>
      new CompanionError('INVALID_REQUEST', 'node command not allowed', { details: { reason } });
    expect(exitCode(notAllowed('command not allowlisted'))).toBe(126);
    expect(exitCode(notAllowed('command not declared by node'))).toBe(1);
    expect(invokeError(notAllowed('command not declared by node'), 1)).toMatchObject({
      message: 'node command not allowed: command not declared by node',
    });
    expect(exitCode(notAllowed())).toBe(1);
  });

  it.each([
    new CompanionError('TIMEOUT', 'the Gateway did not answer node.invoke in 35000 ms'),
    unavailable('node invoke timed out', { nodeError: { code: 'TIMEOUT' } }),
    unavailable('node invoke timed out'),
  ])('no answer in time says what that can mean: %s', (error) => {
    expect(exitCode(error)).toBe(1);
    expect(invokeError(error, 30_000)).toMatchObject({
      message: 'No answer within 30 s: nobody decided, or the command still runs.',
    });
  });
});
