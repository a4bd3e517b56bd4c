'use client';

import type { Monitor } from '@fleetglass/core/client';
import type { Json, Payload } from '@fleetglass/core/protocol';
import { useEffect, useState } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';

/** A payload as far as it is here. */
export type LoadedPayload =
  | { readonly state: 'value'; readonly value: Json }
  /** It is no JSON. */
  | { readonly state: 'text'; readonly text: string; readonly mediaType: string }
  | { readonly state: 'loading' }
  /** The store no longer holds it, or it could not be read. */
  | { readonly state: 'missing' };

interface Fetched {
  readonly monitor: Monitor;
  readonly ref: string;
  readonly payload: LoadedPayload;
}

/**
 * An input or output; a large one is fetched when the component appears. Renders again when it has arrived.
 *
 * @param payload `undefined` fetches nothing
 * @returns `undefined` for no payload
 */
export function usePayload(payload: Payload | undefined): LoadedPayload | undefined {
  const { monitor } = useMonitorSource();
  const ref = payload?.kind === 'blob' ? payload.ref : undefined;
  const [fetched, setFetched] = useState<Fetched>();
  useEffect(() => {
    if (ref === undefined) return undefined;
    let wanted = true;
    const show = (next: LoadedPayload): void => {
      if (wanted) setFetched({ monitor, ref, payload: next });
    };
    monitor.blob(ref).then(
      (blob) => show(blob ? decode(blob.bytes, blob.mediaType) : { state: 'missing' }),
      () => show({ state: 'missing' }),
    );
    return () => {
      wanted = false;
    };
  }, [monitor, ref]);
  if (!payload) return undefined;
  if (payload.kind === 'inline') return { state: 'value', value: payload.value };
  const isHere = fetched !== undefined && fetched.ref === ref && fetched.monitor === monitor;
  return isHere ? fetched.payload : { state: 'loading' };
}

function decode(bytes: Uint8Array, mediaType: string): LoadedPayload {
  const text = new TextDecoder().decode(bytes);
  if (!/json/i.test(mediaType)) return { state: 'text', text, mediaType };
  try {
    return { state: 'value', value: JSON.parse(text) as Json };
  } catch {
    return { state: 'text', text, mediaType };
  }
}
