/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `wasi:sockets`: every interface is there so that components link, and what
 * would need the network fails with the WIT's own error: `access-denied`, of look-ups
 * `permanent-resolver-failure`, where nothing is granted, `not-supported` where something is.
 */

import type { Context } from './context.js';
import { WasiError } from './errors.js';
import type { InputStream, OutputStream, Pollable } from './io.js';

/** The WIT `ip-address-family`. */
export type IpAddressFamily = 'ipv4' | 'ipv6';

/** The WIT `ipv4-address`. */
export type Ipv4Address = [number, number, number, number];

/** The WIT `ipv6-address`. */
export type Ipv6Address = [number, number, number, number, number, number, number, number];

/** The WIT `ip-address`. */
export type IpAddress = { tag: 'ipv4'; val: Ipv4Address } | { tag: 'ipv6'; val: Ipv6Address };

/** The WIT `ip-socket-address`. */
export type IpSocketAddress =
  | { tag: 'ipv4'; val: { port: number; address: Ipv4Address } }
  | {
      tag: 'ipv6';
      val: { port: number; flowInfo: number; address: Ipv6Address; scopeId: number };
    };

const DENIED = 'the network is not granted (capability `network`)';

function notSupported(): WasiError<'not-supported'> {
  return new WasiError('not-supported', 'sockets are not supported on this host yet');
}

function refusal(cx: Context): WasiError<'access-denied' | 'not-supported'> {
  if (cx.network.length > 0) return notSupported();
  cx.refuse('network');
  return new WasiError('access-denied', DENIED);
}

/** The resource `wasi:sockets/network.network`. */
export class Network {
  [Symbol.dispose](): void {}
}

/** The resource `wasi:sockets/ip-name-lookup.resolve-address-stream`. No guest has one. */
export class ResolveAddressStream {
  resolveNextAddress(): IpAddress | undefined {
    throw notSupported();
  }

  subscribe(): Pollable {
    throw notSupported();
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:sockets/tcp.tcp-socket`. No guest has one. */
export class TcpSocket {
  startBind(_network: Network, _localAddress: IpSocketAddress): void {
    throw notSupported();
  }
  finishBind(): void {
    throw notSupported();
  }
  startConnect(_network: Network, _remoteAddress: IpSocketAddress): void {
    throw notSupported();
  }
  finishConnect(): [InputStream, OutputStream] {
    throw notSupported();
  }
  startListen(): void {
    throw notSupported();
  }
  finishListen(): void {
    throw notSupported();
  }
  accept(): [TcpSocket, InputStream, OutputStream] {
    throw notSupported();
  }
  localAddress(): IpSocketAddress {
    throw notSupported();
  }
  remoteAddress(): IpSocketAddress {
    throw notSupported();
  }
  isListening(): boolean {
    return false;
  }
  addressFamily(): IpAddressFamily {
    throw notSupported();
  }
  setListenBacklogSize(_value: bigint): void {
    throw notSupported();
  }
  keepAliveEnabled(): boolean {
    throw notSupported();
  }
  setKeepAliveEnabled(_value: boolean): void {
    throw notSupported();
  }
  keepAliveIdleTime(): bigint {
    throw notSupported();
  }
  setKeepAliveIdleTime(_value: bigint): void {
    throw notSupported();
  }
  keepAliveInterval(): bigint {
    throw notSupported();
  }
  setKeepAliveInterval(_value: bigint): void {
    throw notSupported();
  }
  keepAliveCount(): number {
    throw notSupported();
  }
  setKeepAliveCount(_value: number): void {
    throw notSupported();
  }
  hopLimit(): number {
    throw notSupported();
  }
  setHopLimit(_value: number): void {
    throw notSupported();
  }
  receiveBufferSize(): bigint {
    throw notSupported();
  }
  setReceiveBufferSize(_value: bigint): void {
    throw notSupported();
  }
  sendBufferSize(): bigint {
    throw notSupported();
  }
  setSendBufferSize(_value: bigint): void {
    throw notSupported();
  }
  subscribe(): Pollable {
    throw notSupported();
  }
  shutdown(_shutdownType: 'receive' | 'send' | 'both'): void {
    throw notSupported();
  }
  [Symbol.dispose](): void {}
}

/** The resource `wasi:sockets/udp.udp-socket`. No guest has one. */
export class UdpSocket {
  startBind(_network: Network, _localAddress: IpSocketAddress): void {
    throw notSupported();
  }
  finishBind(): void {
    throw notSupported();
  }
  stream(_remoteAddress?: IpSocketAddress): [IncomingDatagramStream, OutgoingDatagramStream] {
    throw notSupported();
  }
  localAddress(): IpSocketAddress {
    throw notSupported();
  }
  remoteAddress(): IpSocketAddress {
    throw notSupported();
  }
  addressFamily(): IpAddressFamily {
    throw notSupported();
  }
  unicastHopLimit(): number {
    throw notSupported();
  }
  setUnicastHopLimit(_value: number): void {
    throw notSupported();
  }
  receiveBufferSize(): bigint {
    throw notSupported();
  }
  setReceiveBufferSize(_value: bigint): void {
    throw notSupported();
  }
  sendBufferSize(): bigint {
    throw notSupported();
  }
  setSendBufferSize(_value: bigint): void {
    throw notSupported();
  }
  subscribe(): Pollable {
    throw notSupported();
  }
  [Symbol.dispose](): void {}
}

/** The resource `wasi:sockets/udp.incoming-datagram-stream`. No guest has one. */
export class IncomingDatagramStream {
  receive(_maxResults: bigint): { data: Uint8Array; remoteAddress: IpSocketAddress }[] {
    throw notSupported();
  }
  subscribe(): Pollable {
    throw notSupported();
  }
  [Symbol.dispose](): void {}
}

/** The resource `wasi:sockets/udp.outgoing-datagram-stream`. No guest has one. */
export class OutgoingDatagramStream {
  checkSend(): bigint {
    throw notSupported();
  }
  send(_datagrams: { data: Uint8Array; remoteAddress?: IpSocketAddress }[]): bigint {
    throw notSupported();
  }
  subscribe(): Pollable {
    throw notSupported();
  }
  [Symbol.dispose](): void {}
}

/** The interfaces of `wasi:sockets` for the guest of `cx`. */
export function createSockets(cx: Context) {
  return {
    network: {
      Network,
      /** No stream here comes from a socket, so no error does. */
      networkErrorCode: (_error: unknown): string | undefined => undefined,
    },
    instanceNetwork: { instanceNetwork: () => new Network() },
    ipNameLookup: {
      ResolveAddressStream,
      resolveAddresses(_network: Network, _name: string): ResolveAddressStream {
        if (cx.network.length > 0) throw notSupported();
        cx.refuse('network');
        // wasmtime gives the same. The WIT lists no `access-denied` for this function.
        throw new WasiError('permanent-resolver-failure', DENIED);
      },
    },
    tcp: { TcpSocket },
    tcpCreateSocket: {
      createTcpSocket(_addressFamily: IpAddressFamily): TcpSocket {
        throw refusal(cx);
      },
    },
    udp: { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream },
    udpCreateSocket: {
      createUdpSocket(_addressFamily: IpAddressFamily): UdpSocket {
        throw refusal(cx);
      },
    },
  };
}
