/** The capabilities that a component asks for by its imports. */

/** A capability, the imports that ask for it, and its grant on the command line. */
export interface Ask {
  readonly name: string;
  readonly imports: readonly string[];
  /** Options of `windlass run` that grant it. */
  readonly grant: string;
  /** Whether `windlass run` grants it by default. */
  readonly isGranted: boolean;
}

/** The imports that ask for each capability, by their names without a version. */
const asks: Readonly<Record<string, Omit<Ask, 'name' | 'imports'> & { readonly by: RegExp }>> = {
  args: { by: /^wasi:cli\/environment$/, grant: '-- argument …', isGranted: false },
  env: { by: /^wasi:cli\/environment$/, grant: '--env NAME=value', isGranted: false },
  stdin: { by: /^wasi:cli\/(terminal-)?stdin$/, grant: '--grant stdin=inherit', isGranted: true },
  stdout: {
    by: /^wasi:cli\/(terminal-)?stdout$/,
    grant: '--grant stdout=inherit',
    isGranted: true,
  },
  stderr: {
    by: /^wasi:cli\/(terminal-)?stderr$/,
    grant: '--grant stderr=inherit',
    isGranted: true,
  },
  preopens: { by: /^wasi:filesystem\//, grant: '--dir host::/guest[:ro]', isGranted: false },
  network: {
    by: /^wasi:(sockets\/|http\/(outgoing-handler|client)$)/,
    grant: '--net example.com:443',
    isGranted: false,
  },
  clocks: { by: /^wasi:clocks\//, grant: '--grant clocks=true', isGranted: true },
  config: { by: /^wasi:config\//, grant: `--grant 'config={"key":"value"}'`, isGranted: false },
  logging: { by: /^wasi:logging\//, grant: '--grant logging=inherit', isGranted: false },
  keyvalue: {
    by: /^wasi:keyvalue\//,
    grant: `--grant 'keyvalue={"default":{"file":"pairs.sqlite"}}'`,
    isGranted: false,
  },
  random: { by: /^wasi:random\//, grant: '--grant random=true', isGranted: true },
};

/** The capabilities that a component with these imports asks for. */
export function asksOf(imports: readonly string[]): Ask[] {
  return Object.entries(asks).flatMap(([name, { by, grant, isGranted }]) => {
    const asking = imports.filter((name) => by.test(name.replace(/@.*$/, '')));
    return asking.length > 0 ? [{ name, imports: asking, grant, isGranted }] : [];
  });
}

/** The options that grant a capability. */
export function grantOf(name: string): string | undefined {
  return asks[name]?.grant;
}
