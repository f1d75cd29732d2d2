/**
 * Refuses a Node that is too old. Entry points import it before all else, so that this
 * is what their user reads; the package is compiled to syntax that Node 12 can parse.
 */
const { versions, getBuiltinModule } = process as Partial<NodeJS.Process>;
if (!getBuiltinModule) {
  const message = `windlass needs Node 20.16, 22.3 or later, and this is Node ${versions?.node}`;
  const error = new Error(message);
  // Frames of windlass would hide it.
  error.stack = `Error: ${message}`;
  throw error;
}
