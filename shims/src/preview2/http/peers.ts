/** Peers of HTTP requests. */

import type { Peer } from '../../network/rules.js';
import { HttpError } from './types.js';

/** Reads an authority, which has no user. */
export function peerOf(authority: string, scheme: 'http' | 'https'): Peer {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?$/i.exec(authority) ?? [];
  const number = port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
  if (host === undefined || number > 65_535 || number === 0) {
    throw new HttpError({ tag: 'HTTP-request-URI-invalid' });
  }
  return { host: host.toLowerCase(), port: number };
}
