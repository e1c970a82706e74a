/** As `start`; whatever it started is closed after the test that did so, or after the one before which it was done. */
export function closedAfterEach<Given extends unknown[], T extends { close: () => unknown }>(
  start: (...given: Given) => Promise<T>,
): (...given: Given) => Promise<T> {
  const open: T[] = [];
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
  return async (...given) => {
    const one = await start(...given);
    open.push(one);
    return one;
  };
}
