/**
 * The rules of capability `network`: whom a guest may talk to.
 *
 * A rule is asked twice. {@link isNamed} asks whether the guest may name a peer at all, and
 * {@link mayReach}, after the look-up, whether an address that the name leads to is allowed:
 * whoever owns a name can have it lead anywhere.
 */

import { CapabilityError } from '../preview2/errors.js';
import { type Range, inAny, inRange, parseAddress, parseRange } from './address.js';

/** A granted peer. */
export interface NetworkRule {
  /** A lower-case host name, `*`, or a name that begins with `*.`; empty for a rule of addresses. */
  readonly host: string;
  /** `undefined` for any port. */
  readonly port: number | undefined;
  /** The addresses of a rule of addresses. */
  readonly ranges?: readonly Range[];
}

/** A peer, as a guest names it. */
export interface Peer {
  /** In lower case; an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
}

const ranges = (texts: string): readonly Range[] =>
  texts.split(' ').map((text) => parseRange(text)!);

/** The addresses of the rule `local`: this machine, its links and private networks. */
const LOCAL = /* @__PURE__ */ ranges(
  '127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1/128 fe80::/10 fc00::/7',
);

/** The addresses of this machine. */
const LOOPBACK = /* @__PURE__ */ ranges('127.0.0.0/8 ::1/128');

/**
 * The addresses that no name and no `*` opens (IANA's special-purpose registries).
 *
 * Of IPv6 only `2000::/3` is of the internet, see {@link isGlobal}; here are the parts of that
 * which lead elsewhere: Teredo and other protocols, documentation, 6to4.
 */
const SPECIAL = /* @__PURE__ */ ranges(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 ' +
    '192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 ' +
    '224.0.0.0/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20',
);

const UNICAST = /* @__PURE__ */ ranges('2000::/3');

/**
 * Reads a rule: `host:port`, with `*` for either, `*.` before a name, a range of addresses
 * (`10.0.0.0/8:*`) or `local`, whose port may be left out. IPv6 stands in brackets.
 */
export function parseNetworkRule(rule: string): NetworkRule {
  const [, host, port] = /^(\[[^\s[\]]+\]|[^\s:[\]]+)(?::(\*|\d{1,5}))?$/.exec(rule) ?? [];
  if (host === undefined || (port === undefined && host !== 'local') || Number(port) > 65_535) {
    throw wrong(rule, 'not `host:port`', 'write it like `example.com:443`');
  }
  const number = port === undefined || port === '*' ? undefined : Number(port);
  if (host === 'local') return { host: '', port: number, ranges: LOCAL };
  const isBracketed = host.startsWith('[');
  const range = parseRange(isBracketed ? host.slice(1, -1) : host);
  if (range !== undefined && range.isIpv6 === isBracketed) {
    return { host: '', port: number, ranges: [range] };
  }
  // `127.1` and `0x7f.1` are addresses to some, and `10.0.0.1/8` has bits that count for nothing.
  const isName =
    /^(?:\*|(?:\*\.)?[^*/]+)$/.test(host) && !/(?:^|\.)(?:\d+|0x[^.]*)\.?$/i.test(host);
  if (isBracketed || !(isName || host.startsWith('*.'))) {
    const help = 'addresses look like `10.0.0.1`, `10.0.0.0/8`, `[::1]` or `[fd00::/8]`';
    throw wrong(rule, 'not `host:port`', help);
  }
  return { host: host.toLowerCase(), port: number };
}

function wrong(rule: string, is: string, help: string): CapabilityError {
  return new CapabilityError(`\`${rule}\` is ${is}`, help);
}

/** Whether a guest may name the peer. */
export function isNamed(rules: readonly NetworkRule[], { host, port }: Peer): boolean {
  const address = parseAddress(host.replace(/^\[|\]$/g, ''));
  return rules.some((rule) => {
    if (rule.port !== undefined && rule.port !== port) return false;
    if (rule.ranges) {
      if (address) return inAny(address, rule.ranges);
      return rule.ranges === LOCAL && host === 'localhost';
    }
    if (rule.host === '*') return true;
    if (address) return false;
    // The label before the dot is not empty.
    return rule.host.startsWith('*.')
      ? host.endsWith(rule.host.slice(1)) && host.length >= rule.host.length
      : rule.host === host;
  });
}

/**
 * Whether a peer that a rule names may have an address. One that is not of the internet needs a
 * rule of addresses, or is that of this machine where a rule names `localhost`.
 */
export function mayReach(rules: readonly NetworkRule[], peer: Peer, text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined) return false;
  const isInternet = address.isIpv6 ? inAny(address, UNICAST) : true;
  if (isInternet && !inAny(address, SPECIAL)) return true;
  return rules.some((rule) => {
    if (rule.port !== undefined && rule.port !== peer.port) return false;
    if (rule.ranges) return rule.ranges.some((range) => inRange(address, range));
    return rule.host === 'localhost' && peer.host === 'localhost' && inAny(address, LOOPBACK);
  });
}
