// Compiled in a folder where the packages are installed.
import { createWasi } from '@windlass/wasi';
import { compile, instantiate, transpile, type Transpiled, WindlassError } from 'windlass';

const made: Transpiled = transpile(new Uint8Array(), { target: 'web', map: { 'a:b/*': './*.js' } });
export const names: string[] = [...made.files.keys()];

export async function use(bytes: Uint8Array): Promise<unknown> {
  try {
    const component = await compile(bytes);
    component.instantiate(createWasi({ stdout: 'inherit' }), { maxLiftBytes: 1 << 20 });
    return await instantiate(bytes, {}, { minify: true });
  } catch (error) {
    return error instanceof WindlassError ? error.code : undefined;
  }
}

// @ts-expect-error there is no such target
transpile(new Uint8Array(), { target: 'moon' });
