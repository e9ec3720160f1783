import type { ComponentChild } from 'preact';

/** Small shapes, drawn for this project, so that no font decides how an outcome looks. */
const shapes = {
  check: <path d="M3 8.5 6.5 12 13 4.5" />,
  cross: <path d="M4 4l8 8M12 4l-8 8" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5v3.2l2.2 1.3" />
    </>
  ),
  barred: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M4.2 11.8l7.6-7.6" />
    </>
  ),
  rule: (
    <>
      <rect x="2.5" y="2.5" width="11" height="11" rx="1.5" />
      <rect class="solid" x="5.5" y="5.5" width="5" height="5" />
    </>
  ),
  policy: <rect class="solid" x="3" y="3" width="10" height="10" rx="1" />,
  caution: (
    <>
      <path d="M8 2.2 14.3 13.5H1.7z" />
      <path d="M8 6.4v3.4M8 11.4v.3" />
    </>
  ),
  power: (
    <>
      <path d="M5.3 1.8h5.4l3.8 3.8v4.8l-3.8 3.8H5.3l-3.8-3.8V5.6z" />
      <path d="M8 4.8v4M8 10.9v.3" />
    </>
  ),
  ring: <circle cx="8" cy="8" r="5.5" />,
  question: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M6.2 6.4a1.8 1.8 0 1 1 2.6 1.7c-.5.3-.8.6-.8 1.2M8 11.3v.2" />
    </>
  ),
  dash: <path d="M4 8h8" />,
  pencil: <path d="M3 13l.8-3.2 6.7-6.7 2.4 2.4-6.7 6.7zM9.2 4.4l2.4 2.4" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 3.5v-.5a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h.5" />
    </>
  ),
  closed: <path d="M6 3.5 10.5 8 6 12.5" />,
  opened: <path d="M3.5 6 8 10.5 12.5 6" />,
} as const satisfies Readonly<Record<string, ComponentChild>>;

export type IconName = keyof typeof shapes;

/** Decoration next to words, unless it has a `label` of its own: its name, also under the pointer. */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  return label === undefined ? (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[name]}
    </svg>
  ) : (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" role="img">
      <title>{label}</title>
      {shapes[name]}
    </svg>
  );
}
