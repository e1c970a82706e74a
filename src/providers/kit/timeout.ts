import { PortError } from '../../ports/errors';

/** Waits for `answer` up to `limitMs`. @throws PortError unavailable with the message `sentence` after that. */
export async function withTimeout<T>(limitMs: number, answer: Promise<T>, sentence: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PortError('unavailable', sentence)), limitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
