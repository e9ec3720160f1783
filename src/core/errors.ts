/**
 * The one error type of the product. Thrown inside; turned into an envelope at exactly one place
 * per boundary (WebSocket, Unix socket, CLI exit code).
 */
export const companionErrorCodes = [
  'INVALID_REQUEST', // the caller sent something we do not accept
  'NOT_PAIRED', // the device must be approved by a person first
  'UNAVAILABLE', // we understood, but cannot do it now
  'DENIED', // policy or a person said no
  'TIMEOUT', // a deadline passed
  'CANCELLED', // the caller went away
  'UNREACHABLE', // nobody answers at the other end
  'UNSAFE_PATH', // a file or socket path failed the path guard
  'STATE', // our own state is unreadable, malformed or of a newer version
  'USAGE', // the command line is wrong
  'INTERNAL', // a defect of ours; leaves the process as an id only
] as const;

export type CompanionErrorCode = (typeof companionErrorCodes)[number];

/** Extra facts of an error; `hint` says what a person can do about it. */
export interface CompanionErrorOptions {
  readonly details?: unknown;
  readonly hint?: string;
  readonly cause?: unknown;
}

export class CompanionError extends Error {
  override readonly name = 'CompanionError';
  readonly code: CompanionErrorCode;
  readonly details: unknown;
  readonly hint: string | undefined;

  constructor(code: CompanionErrorCode, message: string, options: CompanionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.hint = options.hint;
  }
}

/** Text of anything thrown, for logs and for people. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
