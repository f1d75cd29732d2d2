// Resources of a component, and classes that a host provides.

import { files, user } from '../resources/guest.js';
import { instantiate, type Imports } from '../resources/middle.instantiate.js';

{
  using file = new files.File('a');
  file.read(1n).byteLength satisfies number;
  const other: files.File = file.clone();
  files.join(file, other)[Symbol.dispose]();
  // One class under two names.
  const same: user.File = new user.File('b', 1);
  files.join(same, same) instanceof user.File;
}
// @ts-expect-error -- it has no constructor
new files.Token();
// @ts-expect-error -- a token is no file
files.join(files.tokens()[0], new files.File('a'));

class HostError {
  override = 1;
  toString() {
    return 'error';
  }
}
class HostFile {
  static openMany(paths: string[]) {
    return paths.map((path) => new HostFile(path));
  }
  constructor(readonly path: string) {}
  read(count: bigint) {
    return new Uint8Array(Number(count));
  }
  write(_bytes: Uint8Array) {}
  clone() {
    return new HostFile(this.path);
  }
}
// A class without a constructor that anybody may call is a class, too.
class HostToken {
  private constructor() {}
  static make() {
    return new HostToken();
  }
  [Symbol.dispose]() {}
}
declare const Fallible: Imports.Files.FallibleClass;
declare const rest: { File: Imports.Files.FileClass };
const imports: Imports = {
  'test:resources/files': {
    ...rest,
    Error: HostError,
    Token: HostToken,
    Fallible,
    join: (a) => a,
    tokens: () => [HostToken.make(), undefined],
  },
};
instantiate([], imports).user.hold(rest.File.prototype);
void HostFile;
