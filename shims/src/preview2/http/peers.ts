/** Peers of HTTP requests: who they are, and whether a guest may talk to them. */

import type { NetworkPattern } from '../capabilities.js';
import { HttpError } from './types.js';

/** A peer, as the authority of a request names it. */
export interface Peer {
  /** In lower case; an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
}

/** Reads an authority, which has no user. */
export function peerOf(authority: string, scheme: 'http' | 'https'): Peer {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?$/i.exec(authority) ?? [];
  const number = port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
  if (host === undefined || number > 65_535 || number === 0) {
    throw new HttpError({ tag: 'HTTP-request-URI-invalid' });
  }
  return { host: host.toLowerCase(), port: number };
}

/** Whether a pattern names the peer. */
export function isNamed(patterns: readonly NetworkPattern[], { host, port }: Peer): boolean {
  return patterns.some((pattern) => {
    if (pattern.port !== undefined && pattern.port !== port) return false;
    if (pattern.host === '*') return true;
    return pattern.host.startsWith('*.')
      ? host.endsWith(pattern.host.slice(1))
      : pattern.host === host;
  });
}

/**
 * Whether a peer that a pattern names may have an address: one of this machine or its networks
 * must itself be in a pattern, or be that of `localhost` where a pattern names that. Whoever owns
 * a name can have it lead there.
 */
export function mayReach(
  patterns: readonly NetworkPattern[],
  { host, port }: Peer,
  address: string,
): boolean {
  const isIpv6 = address.includes(':');
  if (isIpv6 ? isGlobalIpv6(address) : isGlobalIpv4(address)) return true;
  const isLoopback = isIpv6 ? address === '::1' : address.startsWith('127.');
  return patterns.some((pattern) => {
    if (pattern.port !== undefined && pattern.port !== port) return false;
    if (pattern.host === 'localhost') return host === 'localhost' && isLoopback;
    return pattern.host === (isIpv6 ? `[${address}]` : address);
  });
}

/** IPv4 networks that are not of the internet: first bytes, and how many bits count. */
const LOCAL: readonly (readonly [number, number])[] = [
  [0x00_00_00_00, 8],
  [0x0a_00_00_00, 8],
  [0x64_40_00_00, 10],
  [0x7f_00_00_00, 8],
  [0xa9_fe_00_00, 16],
  [0xac_10_00_00, 12],
  [0xc0_00_00_00, 24],
  [0xc0_a8_00_00, 16],
  [0xc6_12_00_00, 15],
  [0xe0_00_00_00, 3],
];

function isGlobalIpv4(address: string): boolean {
  const bytes = address.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return false;
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return LOCAL.every(([network, bits]) => number >>> (32 - bits) !== network >>> (32 - bits));
}

/** Of the internet are those from `2000::/3`, without those that have an IPv4 address in them. */
function isGlobalIpv6(address: string): boolean {
  const [first = '', second = ''] = address.toLowerCase().split(':');
  const group = Number.parseInt(first, 16);
  // 6to4, and Teredo with what else `2001::/23` is for.
  const isSpecial =
    group === 0x2002 || (group === 0x2001 && Number.parseInt(second || '0', 16) < 0x200);
  return group >= 0x2000 && group <= 0x3fff && !isSpecial;
}
