import type { Json } from '../../lib/json.js';
import type { ModelLimits } from '../../model/price.js';
import type { Cost, Usage } from '../../protocol/usage.js';

/** One message of a prompt. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What a provider is asked. The output limit is always set: by the caller, or by what the remaining budget buys. */
export interface ModelCall {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly maxOutputTokens: number;
  /** Options of the provider's own, part of the request hash. */
  readonly options?: Json;
}

/** How a provider reports while a call runs, and learns that it must stop. */
export interface ModelCallControl {
  readonly signal: AbortSignal;
  /** Text that arrived since the last call; shown live, never stored with the result. */
  onDelta(text: string, kind?: 'text' | 'thinking'): void;
  /** Usage so far, of the whole call. */
  onUsage(usage: Usage): void;
}

/** What a model answered, with what it used. The price is added by the run. */
export interface ModelAnswer {
  readonly text: string;
  readonly usage: Usage;
  /** Model that answered, where it differs from the one asked for. */
  readonly model?: string;
  /** Cost that the provider itself reported. */
  readonly cost?: Cost;
  /** Why it ended: `stop`, `length`, … in the provider's words. */
  readonly finishReason?: string;
  /** Anything else that the caller needs; must survive a JSON round trip. */
  readonly data?: Json;
}

/**
 * Any function that calls a model. Adapters: `@fleetglass/sources/ai-sdk` for the AI SDK; a simulated model is just
 * another provider whose `simulated` is true, which labels its costs.
 */
export interface ModelProvider {
  /** Name such as `anthropic`, for price look-up and for people. */
  readonly id: string;
  /** Costs of a simulated provider have basis `simulated`, whatever they are computed from. @default false */
  readonly simulated?: boolean;
  /** Declared bounds of a model; without them the price table is asked. */
  limits?(model: string): ModelLimits | undefined;
  /** Upper bound of a request's input tokens. @default UTF-8 bytes ÷ 2 */
  countTokens?(messages: readonly ChatMessage[]): number;
  call(call: ModelCall, control: ModelCallControl): Promise<ModelAnswer>;
}

/** A request to `ctx.model()`. */
export interface ModelRequest {
  readonly provider: ModelProvider;
  readonly model: string;
  /** Shorthand for one user message; put before `messages` when both are given. */
  readonly system?: string;
  readonly prompt?: string;
  readonly messages?: readonly ChatMessage[];
  /** @default what the remaining budget buys, at most the model's own maximum, at least 1024 */
  readonly maxOutputTokens?: number;
  readonly options?: Json;
  /** Name shown to people. @default the model */
  readonly name?: string;
  /** Distinguishes calls of one task; the same key and request is the same call. @default its place in the task */
  readonly key?: string;
}

/** An answered, priced and recorded call. */
export interface ModelResult extends ModelAnswer {
  readonly cost: Cost;
  /** It was recorded before and not paid again. */
  readonly reused: boolean;
}
