/** A window, as far as those who want it care. Both calls may come twice. */
export interface WindowShell {
  /** Without taking the keyboard focus (AP-07). */
  show(): void;
  hide(): void;
}

/**
 * One window for several who show something in it: it goes away when the last of them has nothing
 * to show any more. Each call of the returned function makes a share.
 */
export function shareWindow(window: WindowShell): () => WindowShell {
  const wanting = new Set<WindowShell>();
  return () => {
    const share: WindowShell = {
      show() {
        wanting.add(share);
        window.show();
      },
      hide() {
        wanting.delete(share);
        if (wanting.size === 0) window.hide();
      },
    };
    return share;
  };
}
