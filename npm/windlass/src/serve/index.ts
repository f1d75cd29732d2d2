/**
 * Serves components that export `wasi:http/incoming-handler`.
 *
 * @module
 */
export { createHandler, type Handler } from './handler.js';
export { createListener, type Listener } from './listener.js';
export { type Access, listen, type Server, type ServerOptions } from './server.js';
export type { EmittedService, ServiceOptions } from './service.js';
