/** Runs in a page: from then on its global `intervals` holds those that tick. */
export const countIntervals = `
  globalThis.intervals = new Set();
  const { setInterval: set, clearInterval: clear } = globalThis;
  globalThis.setInterval = (...given) => {
    const id = set(...given);
    intervals.add(id);
    return id;
  };
  globalThis.clearInterval = (id) => {
    intervals.delete(id);
    clear(id);
  };
  undefined;
`;
