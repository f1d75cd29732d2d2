/** The application in workerd: instances of the whole worker, and one for a request. */
import { createWasi } from '@windlass/wasi';
import { use } from './app.mjs';
import { check } from './check.mjs';
import * as components from './workerd/components.mjs';
import core from './workerd/hello.core.wasm';
import core2 from './workerd/hello.core2.wasm';
import core3 from './workerd/hello.core3.wasm';
import trapModule from './workerd/hello.trap.wasm';
import { instantiate } from './workerd/hello.instantiate.js';

const fresh = (env) => instantiate([core, core2, core3], createWasi({ env }), { trapModule });

const uses = [
  ['request: an instance of its own', () => fresh({ VISITOR: 'request' }).visitor(), 'request'],
];

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/use') {
      return Response.json([...(await use(components)), ...(await check(uses))]);
    }
    return new Response(await components.asynchronous.greet('k'));
  },
};
