import type { Json, JsonObject } from '@fleetglass/core/protocol';

/** What a person typed as the patch of a fork. */
export type Patch =
  | { readonly ok: true; /** Absent for an empty text. */ readonly patch?: JsonObject }
  | { readonly ok: false; readonly problem: 'notJson' | 'notObject' };

export function parsePatch(text: string): Patch {
  if (text.trim() === '') return { ok: true };
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? { ok: true, patch: value } : { ok: false, problem: 'notObject' };
  } catch {
    return { ok: false, problem: 'notJson' };
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
