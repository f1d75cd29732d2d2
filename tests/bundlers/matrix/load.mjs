/** A tool that is installed in this folder, by the name that `package.json` gives it. */
export const load = (name) => import(name);
