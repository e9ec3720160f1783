/** The little of a DOM that the bench's functions use inside a page. */

interface Box {
  readonly top: number;
  readonly bottom: number;
}

export interface Drawn {
  textContent: string | null;
  getBoundingClientRect(): Box;
  getAttribute(name: string): string | null;
}

export interface PageDom {
  readonly document: { readonly body: Drawn; querySelector(selector: string): Drawn | null };
  readonly innerHeight: number;
  readonly MutationObserver: new (
    call: () => void,
  ) => { observe(node: object, what: object): void; disconnect(): void };
  requestAnimationFrame(next: () => void): void;
}
