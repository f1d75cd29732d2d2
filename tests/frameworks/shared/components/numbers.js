export const next = (x) => x * 3;
