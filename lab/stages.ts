/** One line of the lab's start: what was done and how long it took, in milliseconds. */
export interface Stage {
  title: string;
  milliseconds: number;
}

/** Times one stage and reports it when it is done; stages may overlap. */
export type Timed = <T>(title: string, work: () => Promise<T>) => Promise<T>;

export function timer(report: (stage: Stage) => void): Timed {
  return async (title, work) => {
    const start = performance.now();
    const result = await work();
    report({ title, milliseconds: Math.round(performance.now() - start) });
    return result;
  };
}
