import type { Json } from '../lib/json.js';

/** Address of a stored blob, content-addressed: equal bytes have equal refs. */
export type BlobRef = string;

/**
 * Input or output of a piece of work. Above the inline limit (16 kB of JSON by default) only a reference travels; the
 * bytes are fetched when a person opens it.
 */
export type Payload =
  | { readonly kind: 'inline'; readonly value: Json }
  | {
      readonly kind: 'blob';
      readonly ref: BlobRef;
      readonly bytes: number;
      readonly mediaType: string;
      /** The first characters, for lists. */
      readonly preview: string;
    };

/** Who gave a command or made a decision. */
export interface Actor {
  readonly id: string;
  readonly name?: string;
}

/** Why something failed; part of an event, so safe to show. */
export interface Failure {
  /** A Fleetglass code or the thrower's own. */
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
}
