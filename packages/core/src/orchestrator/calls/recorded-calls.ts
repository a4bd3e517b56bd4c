import type { Json } from '../../lib/json.js';
import { isRecord } from '../../lib/json.js';
import type { RecordWrite } from '../../log/store.js';

export type CallKind = 'model' | 'tool' | 'once' | 'approve';

interface RecordedCall {
  readonly hash: string;
  /** Attempt of the task that made it. */
  readonly attempt: number;
  readonly result: Json;
}

/** Results that the calls of one task have recorded. */
export interface RecordedCalls {
  /**
   * @param sinceAttempt oldest attempt whose result counts
   * @returns the result in a box, for it may be `null`
   */
  find(
    kind: CallKind,
    key: string,
    hash: string,
    sinceAttempt: number,
  ): { readonly result: Json } | undefined;
  /** Keeps a result and gives what has to be written for it. */
  keep(kind: CallKind, key: string, hash: string, attempt: number, result: Json): RecordWrite;
  /** Takes over what was written before a restart; the rest of a record's key after its task. */
  restore(path: string, value: Json): void;
}

export const CALL_PREFIX = 'call/';

export function createRecordedCalls(taskId: string): RecordedCalls {
  const calls = new Map<string, RecordedCall>();
  return {
    find(kind, key, hash, sinceAttempt) {
      const found = calls.get(`${kind}/${key}`);
      return found?.hash === hash && found.attempt >= sinceAttempt ? { result: found.result } : undefined;
    },
    keep(kind, key, hash, attempt, result) {
      calls.set(`${kind}/${key}`, { hash, attempt, result });
      return {
        key: `${CALL_PREFIX}${encodeURIComponent(taskId)}/${kind}/${key}`,
        value: { hash, attempt, result },
      };
    },
    restore(path, value) {
      if (!isRecord(value) || typeof value['hash'] !== 'string') return;
      const attempt = typeof value['attempt'] === 'number' ? value['attempt'] : 1;
      calls.set(path, { hash: value['hash'], attempt, result: value['result'] as Json });
    },
  };
}

/** Splits the key of a call's record. */
export function readCallKey(key: string): { readonly taskId: string; readonly path: string } | undefined {
  const end = key.indexOf('/', CALL_PREFIX.length);
  if (!key.startsWith(CALL_PREFIX) || end < 0) return undefined;
  return { taskId: decodeURIComponent(key.slice(CALL_PREFIX.length, end)), path: key.slice(end + 1) };
}
