import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Who sent a request and under which name it was sent, as far as that can be believed. */
export interface Peer {
  /** The `Host` that the sender asked for. */
  readonly host: string | undefined;
  /** Address of the sender; unknown where only a web `Request` was handed over. */
  readonly address: string | undefined;
}

const last = (list: string | null | undefined): string | undefined => {
  const text = list?.slice(list.lastIndexOf(',') + 1).trim();
  return text === '' ? undefined : text;
};

/**
 * Reads the sender of a request. What `X-Forwarded-*` says is believed only with `trustProxy`, and of several entries
 * only the last one, which the proxy next to us wrote: whatever stands before it anyone can invent.
 */
export function peerOf(
  headers: IncomingHttpHeaders | Headers,
  incoming: Pick<IncomingMessage, 'socket'> | undefined,
  trustProxy: boolean,
): Peer {
  const read = (name: string): string | undefined => {
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    return (Array.isArray(value) ? value.join(',') : value) ?? undefined;
  };
  const host = read('host');
  const address = incoming?.socket.remoteAddress;
  if (!trustProxy) return { host, address };
  return {
    host: last(read('x-forwarded-host')) ?? host,
    address: last(read('x-forwarded-for')) ?? address,
  };
}

/** Whether an address of a socket is this machine's own. */
const isOwnAddress = (address: string | undefined): boolean =>
  address !== undefined && (address === '::1' || /^(?:::ffff:)?127\./.test(address));

/**
 * Whether a program of this machine asks. A request that says that it was passed on for somebody else is theirs, whether
 * or not the one who passed it on is trusted: nobody gains by saying so.
 */
export function isLocal(headers: IncomingHttpHeaders | Headers, address: string | undefined): boolean {
  if (!isOwnAddress(address)) return false;
  const forwarded = headers instanceof Headers ? headers.get('x-forwarded-for') : headers['x-forwarded-for'];
  const first = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded) ?? '';
  return first.split(',').every((one) => one.trim() === '' || isOwnAddress(one.trim()));
}
