import { elapsed } from './moment.ts';
import { useNow } from './use-now.ts';

/** Most answers are there before; a number that flashes by tells nothing. */
const soonMs = 2_000;

/** Words for as long as something takes, and how long it has taken so far (ui.md §5: no spinners). */
export function Waits({ children }: { readonly children: string }) {
  const sinceMs = useNow(0, 1_000);
  return (
    <>
      {children}
      {sinceMs >= soonMs && <span class="elapsed"> {elapsed(sinceMs)}</span>}
    </>
  );
}
