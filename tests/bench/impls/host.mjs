/** The host functions that the guest imports, the same ones for every implementation. */
export const hostAdd = (a, b) => (a + b) >>> 0;
export const hostStrIn = (s) => s.length;
const OUT = 'hello string from host';
export const hostStrOut = () => OUT;
export const hostStrEcho = (s) => s;
export const hostItemIn = (i) => i.id + i.name.length;
export const hostItemEcho = (i) => i;
export const hostBytesIn = (b) => b.length + b[0];
