import * as z from 'zod';
import type { Complexity } from '../protocol/events/task.js';
import { maybe } from '../protocol/schema/values.js';

/** From the least to the most. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A kind of worker: what it is for and what it is told. Plain JSON. */
export interface Role {
  /** Such as `REVIEWER`: a letter, then letters, digits, `_` and `-`; at most 64 characters. */
  readonly name: string;
  /** What it is for, in one line for people. */
  readonly description: string;
  /** Template of the system message; its variables are `PROMPT_VARIABLES`. */
  readonly system: string;
  /** Template of the user message. @default the task, its folder and the results of earlier steps */
  readonly prompt?: string;
  /** What `{{guidance}}` says, by the task's complexity. */
  readonly guidance?: { readonly [C in Complexity]?: string };
  /** Tokens that one answer is expected to have, as long as no finished run tells. @default by complexity alone */
  readonly outputTokens?: { readonly [C in Complexity]?: Range };
}

export const complexity = z.enum(['simple', 'moderate', 'complex']) satisfies z.ZodType<Complexity>;

/** A name that is safe as the name of a node, an agent or a role. */
export const plainName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][\w-]*$/, 'Invalid name: expected a letter, then letters, digits, _ and -');

const MAX_TEMPLATE_CHARACTERS = 32_768;
const template = z.string().max(MAX_TEMPLATE_CHARACTERS);
const range = z
  .strictObject({ low: z.number().int().min(0), high: z.number().int().min(0) })
  .refine(({ low, high }) => low <= high, 'Invalid range: low is above high');

const byComplexity = <T extends z.ZodType>(value: T) =>
  z.strictObject({ simple: maybe(value), moderate: maybe(value), complex: maybe(value) });

export const roleSchema = z.strictObject({
  name: plainName,
  description: z.string().max(500),
  system: template,
  prompt: maybe(template),
  guidance: maybe(byComplexity(z.string().max(4_096))),
  outputTokens: maybe(byComplexity(range)),
}) satisfies z.ZodType<Role>;
