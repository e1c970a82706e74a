/** Ports by name, each made when it is first asked for, and kept. */
import { PortError } from '../ports/errors';

export function once<P>(make: (name: string) => P): (name: string) => P {
  const made = new Map<string, P>();
  return (name) => {
    const port = made.get(name) ?? make(name);
    made.set(name, port);
    return port;
  };
}

/** Asking for a name that the site does not have is refused. */
export function each<V, P>(
  what: string,
  named: Readonly<Record<string, V>>,
  make: (value: V, name: string) => P,
): (name: string) => P {
  return once((name) => make(valueOf(what, named, name), name));
}

/** For a part that the site does not have: nothing asks for it, and whoever did would be told which field is missing. */
export function absent(field: string, because: string): () => never {
  return () => {
    throw new PortError('refused', `${because}; its site file has no ${field}.`);
  };
}

/** @throws PortError refused */
export function valueOf<V>(what: string, named: Readonly<Record<string, V>>, name: string): V {
  const value = Object.hasOwn(named, name) ? named[name] : undefined;
  if (value !== undefined) return value;
  throw new PortError('refused', `There is no ${what} ${name}; the site has ${Object.keys(named).join(', ')}.`);
}
