/** `wasi:sockets@0.2` of the guest whose grants `grant` sets. */

import { createSockets } from './preview2/sockets.js';
import { defaultContext } from './preview2/default.js';

const interfaces = /* @__PURE__ */ createSockets(defaultContext);

/** `wasi:sockets/network`. */
export const network = interfaces.network;
/** `wasi:sockets/instance-network`. */
export const instanceNetwork = interfaces.instanceNetwork;
/** `wasi:sockets/ip-name-lookup`. */
export const ipNameLookup = interfaces.ipNameLookup;
/** `wasi:sockets/tcp`. */
export const tcp = interfaces.tcp;
/** `wasi:sockets/tcp-create-socket`. */
export const tcpCreateSocket = interfaces.tcpCreateSocket;
/** `wasi:sockets/udp`. */
export const udp = interfaces.udp;
/** `wasi:sockets/udp-create-socket`. */
export const udpCreateSocket = interfaces.udpCreateSocket;
