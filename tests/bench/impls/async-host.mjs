/** What the asynchronous guest imports, the same for every implementation. */
export const now = (n) => n;
export const later = (n) => Promise.resolve(n);
