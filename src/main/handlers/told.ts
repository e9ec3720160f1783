import { CompanionError } from '#core/errors.ts';
import { safe } from '#core/quoted.ts';

/** What a Gateway answered may be anybody's text: a page gets it safe to show. */
export async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof CompanionError)) throw error;
    const { code, message, hint } = error;
    throw new CompanionError(code, safe(message), {
      cause: error,
      ...(hint === undefined ? {} : { hint: safe(hint) }),
    });
  }
}
