/** Wraps `start`: everything it starts is closed after the current test. */
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
