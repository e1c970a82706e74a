import { parseArgs } from 'node:util';

/**
 * Reads `--name value` arguments, all required except those with a default. Ends the process with code 2 and one
 * sentence when one is missing or unknown.
 */
export function readArguments<N extends string>(names: Record<N, string | undefined>): Record<N, string> {
  const options = Object.fromEntries(Object.keys(names).map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ options, allowPositionals: false });
    const given = Object.entries<string | undefined>(names).map(([name, fallback]) => {
      const value = values[name] ?? fallback;
      if (typeof value !== 'string') throw new Error(`argument --${name} is missing; required: ${usage(names)}`);
      return [name, value] as const;
    });
    return Object.fromEntries(given) as Record<N, string>;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return process.exit(2);
  }
}

function usage(names: Record<string, string | undefined>): string {
  return Object.keys(names)
    .map((name) => `--${name}`)
    .join(' ');
}

/**
 * Runs a long-lived program. `start` resolves to the line printed when it is ready, and to how to stop it. SIGTERM and
 * SIGINT end it with code 0; a failed start ends it with code 1 and its error message.
 */
export async function runProcess(start: () => Promise<{ ready: string; stop: () => Promise<void> }>): Promise<void> {
  try {
    const { ready, stop } = await start();
    console.log(ready);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        void stop().finally(() => process.exit(0));
      });
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
