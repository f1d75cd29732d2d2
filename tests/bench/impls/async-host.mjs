/** The imports of the asynchronous guest, the same for every implementation. */
export const now = (n) => n;
export const later = (n) => Promise.resolve(n);
