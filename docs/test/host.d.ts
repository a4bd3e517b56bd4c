/** What an application that follows the examples has of its own. */
import type { Monitor } from '@fleetglass/core/client';
import type { ModelProvider, NodeFunction, Orchestrator, PriceTable, Run, Store } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import type { z } from 'zod';

declare global {
  const monitor: Monitor;
  const orchestrator: Orchestrator<unknown>;
  const store: Store;
  const prices: PriceTable;
  const run: Run<unknown>;
  const runId: string;
  const token: string;
  function navigate(address: string): void;
  function notify(text: string): void;
  function emit(events: readonly EventInput[]): void;

  const ReviewState: z.ZodObject<{ files: z.ZodArray<z.ZodString>; findings: z.ZodArray<z.ZodString> }>;
  const input: { files: string[]; findings: string[] };
  const analyst: NodeFunction<object, { files: string[] }>;
  const reviewer: NodeFunction<{ file: string }, { findings: string[] }>;
  const summariser: NodeFunction<object, undefined>;

  const provider: ModelProvider;
  const model: string;
  const sql: string;
  const database: { query(text: string): Promise<{ name: string }[]> };
  function promptFor(rows: readonly { name: string }[]): string;
}
