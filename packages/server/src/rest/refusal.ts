import { toFleetglassError } from '@fleetglass/core';
import * as z from 'zod';
import { UNFORESEEN } from '../gateway/told-error.js';

/** Runs of a request about several that nothing was done to, and why. */
export const refusals = z.array(z.object({ runId: z.string(), code: z.string(), message: z.string() }));

/** Why nothing was done to a run, as clients are told. */
export function refusalOf({ runId, error }: { readonly runId: string; readonly error: unknown }) {
  const { code, message } = toFleetglassError(error);
  // What an unknown error says was not written for strangers.
  return { runId, code, message: code === 'INTERNAL' ? UNFORESEEN : message };
}
