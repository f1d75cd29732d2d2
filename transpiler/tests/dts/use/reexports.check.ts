// An import that is exported again has the type of the import, or the rest of it.

import { c, d } from '../reexports/reexports.js';
import { c as narrowed } from '../narrowed/narrowed.js';

export const sum: number = c.f() + narrowed.f();
export const object: InstanceType<typeof c.R> = new c.R();
d.g('');
// @ts-expect-error -- it takes a string
d.g(1);
// @ts-expect-error -- it is imported only
narrowed.g();
