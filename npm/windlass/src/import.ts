/**
 * `import()` of what is found only at run time. The bundle of the command line is a script
 * and gets its own: V8 forgets how a script imports when it is given code that was kept.
 */
export const importModule = (specifier: string): Promise<unknown> => import(specifier);
