/** IP addresses as text and as numbers, and ranges of them. */

/** An address as a number. */
export interface Address {
  readonly isIpv6: boolean;
  readonly value: bigint;
}

/** The addresses that share the first bits of `value`. */
export interface Range extends Address {
  /** The number of bits after those. */
  readonly rest: bigint;
}

/** Reads an address in the one form that all programs read alike, without zone; else `undefined`. */
export function parseAddress(text: string): Address | undefined {
  const value = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return value === undefined ? undefined : { isIpv6: text.includes(':'), value };
}

/** Reads `address` or `address/bits`, whose bits after those are 0. */
export function parseRange(text: string): Range | undefined {
  const [, address = '', bits] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  const all = parsed.isIpv6 ? 128 : 32;
  const rest = BigInt(all - Number(bits ?? all));
  if (rest < 0n || (parsed.value >> rest) << rest !== parsed.value) return undefined;
  return { ...parsed, rest };
}

export function inRange(address: Address, range: Range): boolean {
  return (
    address.isIpv6 === range.isIpv6 && address.value >> range.rest === range.value >> range.rest
  );
}

export function inAny(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some((range) => inRange(address, range));
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    // A leading 0 is octal to some.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0n);
  return join([...head, ...zeros, ...tail]);
}

/** The groups of 16 bits; the last two may be an IPv4 address. */
function groupsOf(text: string, isLast: boolean): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else {
      const ipv4 = isLast && index === parts.length - 1 ? parseIpv4(part) : undefined;
      if (ipv4 === undefined) return undefined;
      groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
    }
  }
  return groups;
}

function join(groups: readonly bigint[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}
