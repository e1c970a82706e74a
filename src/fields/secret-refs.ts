/** Secrets stay references until they are used, so that no history, log or report contains one. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { expected } from './fields';

declare const reference: unique symbol;
/** `env:NAME` or `file:NAME`: where a secret is, never its value. */
export type SecretRef = string & { readonly [reference]: true };

const envShape = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;
const fileShape = /^file:([^\0\n]{1,500})$/;

export function isSecretRef(value: string): value is SecretRef {
  const file = fileShape.exec(value)?.[1];
  return envShape.test(value) || (file !== undefined && !isAbsolute(file));
}

/** A field with a secret reference. A secret written into the file itself is rejected, and the error does not contain it. */
export function secret(example: string) {
  const error = expected('a reference to a secret, env:NAME or file:NAME, never the secret itself', example);
  return z
    .string({ error })
    .refine(isSecretRef, { error })
    .pipe(z.custom<SecretRef>())
    .meta({ examples: [example] });
}

/** A secret that can't be read. The message contains the reference, never a value. */
export class SecretMissing extends Error {
  readonly reference: string;

  constructor(ref: string, because: string) {
    super(`The secret ${ref} can't be used: ${because}.`);
    this.name = 'SecretMissing';
    this.reference = ref;
  }
}

/**
 * The secret behind `ref`, without a trailing line break. Files are read from HANDOVER_SECRETS_DIR.
 * @throws SecretMissing when it is missing, empty or unreadable.
 */
export async function resolveSecret(ref: SecretRef, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const variable = envShape.exec(ref)?.[1];
  const value = variable === undefined ? await fromFile(ref, env) : env[variable];
  if (value === undefined) throw new SecretMissing(ref, `the environment variable ${variable ?? ''} is not set`);
  const trimmed = value.replace(/\r?\n$/, '');
  if (trimmed.trim() === '') throw new SecretMissing(ref, 'it is empty');
  return trimmed;
}

/** The path of a `file:` secret, for programs such as ssh that need a file. @throws SecretMissing for any other reference. */
export function secretPath(ref: SecretRef, env: NodeJS.ProcessEnv = process.env): string {
  const file = fileShape.exec(ref)?.[1];
  if (file === undefined) throw new SecretMissing(ref, 'it must be a file:NAME reference here');
  const dir = env.HANDOVER_SECRETS_DIR;
  if (!dir)
    throw new SecretMissing(ref, 'HANDOVER_SECRETS_DIR is not set, for example HANDOVER_SECRETS_DIR=.lab/secrets');
  return join(dir, file);
}

async function fromFile(ref: SecretRef, env: NodeJS.ProcessEnv): Promise<string> {
  const path = secretPath(ref, env);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unreadable';
    throw new SecretMissing(ref, `the file ${path} can't be read (${code})`);
  }
}
