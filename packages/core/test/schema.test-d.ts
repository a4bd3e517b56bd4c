import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type { EventDataMap, EventType } from '../src/protocol/event.js';
import type { ClientFrame } from '../src/protocol/frame.js';
import type { Command, CommandType } from '../src/protocol/command.js';
import type { commandSchemas } from '../src/protocol/schema/command.js';
import type { eventSchemas } from '../src/protocol/schema/event.js';
import type { clientFrameSchemas } from '../src/protocol/schema/frame.js';

/** Without `readonly` and without the index signature of loose objects, at every depth. */
type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : unknown extends T
      ? unknown
      : { -readonly [K in keyof T as string extends K ? never : K]: Plain<T[K]> };

/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- the only way to ask the compiler for identity */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */

/** Types whose schema asks for more or less than the interface says. */
type Mismatch<Schemas, Types extends { [K in keyof Schemas]: unknown }> = {
  [K in keyof Schemas]: Schemas[K] extends z.ZodType<infer Output>
    ? Same<Plain<Types[K]>, Plain<Output>> extends true
      ? never
      : K
    : K;
}[keyof Schemas];

test('schemas say what the hand-written interfaces say', () => {
  expectTypeOf<Mismatch<typeof eventSchemas, EventDataMap>>().toBeNever();
  expectTypeOf<keyof typeof eventSchemas>().toEqualTypeOf<EventType>();
  expectTypeOf<
    Mismatch<typeof commandSchemas, { [T in CommandType]: Extract<Command, { type: T }> }>
  >().toBeNever();
  expectTypeOf<
    Mismatch<typeof clientFrameSchemas, { [K in ClientFrame['frame']]: Extract<ClientFrame, { frame: K }> }>
  >().toBeNever();
});

test('the comparison sees a difference', () => {
  type Other = { [T in EventType]: T extends 'run.started' ? { resumedFrom: number } : EventDataMap[T] };
  expectTypeOf<Mismatch<typeof eventSchemas, Other>>().toEqualTypeOf<'run.started'>();
  type Narrower = { [T in EventType]: T extends 'task.moved' ? { to: string } : EventDataMap[T] };
  expectTypeOf<Mismatch<typeof eventSchemas, Narrower>>().toEqualTypeOf<'task.moved'>();
});
