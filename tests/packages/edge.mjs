// A worker of workerd in a folder where the packages are installed, which transpiles there too.
import { createWasi } from '@windlass/wasi';
import { transpileAsync } from 'windlass';
import { shout } from './hello.workerd/hello.js';
import { instantiate } from './hello.workerd/hello.instantiate.js';
import core from './hello.workerd/hello.core.wasm';
import core2 from './hello.workerd/hello.core2.wasm';
import core3 from './hello.workerd/hello.core3.wasm';
import trapModule from './hello.workerd/hello.trap.wasm';

export default {
  async fetch(request) {
    const component = new Uint8Array(await request.arrayBuffer());
    const { files } = await transpileAsync(component, { name: 'hello', target: 'workerd' });
    const wasi = createWasi({ env: { VISITOR: 'request' } });
    const { visitor } = instantiate([core, core2, core3], wasi, { trapModule });
    return Response.json([shout('edge'), visitor(), [...files.keys()].at(0)]);
  },
};
