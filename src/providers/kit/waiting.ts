/** Those who wait for answers over one connection. A driver that is closed leaves some of them without any. */
export interface Waiting {
  /** The answer, or the reason why there will be none. */
  heard: <T>(answer: Promise<T>) => Promise<T>;
  /** Tells all who wait now why there will be no answer. */
  end: (reason: Error) => void;
}

export function waiting(): Waiting {
  const ends = new Set<(reason: Error) => void>();
  return {
    heard: (answer) =>
      new Promise((resolve, reject) => {
        ends.add(reject);
        answer.finally(() => ends.delete(reject)).then(resolve, reject);
      }),
    end: (reason) => {
      for (const end of ends) end(reason);
      ends.clear();
    },
  };
}
