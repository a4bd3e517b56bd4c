import type { CallbackHandlerMethods } from '@langchain/core/callbacks/base';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { systemClock } from '@fleetglass/core';
import { isRecord, text } from '../lib/guards.js';
import type { LiveOptions, LiveStats, LiveTarget } from '../lib/live-target.js';
import { createLiveTarget } from '../lib/live-target.js';
import type { Start } from './observer.js';
import { createObserver } from './observer.js';

/** What the callbacks report to, and which agent a path of nodes belongs to. */
export type LangGraphCallbacksOptions = LiveOptions & {
  /**
   * Agent that performs a node, by the names of the nodes from the outermost graph to it.
   *
   * @default the outermost node: what a subgraph does is done by the node that it is
   */
  readonly agentOf?: (path: readonly string[]) => string | undefined;
};

/** Callbacks of LangChain: for `callbacks` of `invoke`, `stream` and their like, or for `withConfig`. */
export interface LangGraphCallbacks extends BaseCallbackHandler {
  /** Resolves when everything reported so far is stored or was dropped. */
  flush(): Promise<void>;
  stats(): LiveStats;
}

type Observed =
  | `handleChain${'Start' | 'End' | 'Error'}`
  | 'handleChatModelStart'
  | `handleLLM${'Start' | 'NewToken' | 'End' | 'Error'}`
  | `handleTool${'Start' | 'End' | 'Error'}`
  | `handleRetriever${'Start' | 'End' | 'Error'}`;

type Methods = Pick<CallbackHandlerMethods, Observed>;

/** A class because LangChain's own handlers are. */
class Handler extends BaseCallbackHandler implements LangGraphCallbacks {
  readonly name = 'fleetglass';
  // Handlers that are not awaited are called later, in an order of their own.
  override awaitHandlers = true;
  readonly #target: LiveTarget;

  constructor(target: LiveTarget, methods: Methods) {
    super();
    this.#target = target;
    Object.assign(this, methods);
  }

  flush(): Promise<void> {
    return this.#target.flush();
  }

  stats(): LiveStats {
    return this.#target.stats();
  }
}

/**
 * Shows what a LangGraph graph, or anything of LangChain, does while it does it. Each invocation is a run, each node a
 * task, and calls of models, tools and retrievers are spans that begin when they begin, with text as it is written,
 * usage, list prices and errors. A graph that was interrupted waits, and goes on as the same run when it is resumed.
 * Nothing here throws into the graph or waits.
 *
 * @example
 * await graph.invoke(input, { callbacks: [fleetglassCallbacks({ store, prices })] })
 */
export function fleetglassCallbacks(options: LangGraphCallbacksOptions): LangGraphCallbacks {
  const target = createLiveTarget(options);
  const { agentOf = outermost } = options;
  const observer = createObserver({ target, agentOf, clock: options.clock ?? systemClock });
  const guard = target.guard;

  const methods: Methods = {
    handleChainStart: guard(
      (
        chain: unknown,
        inputs: unknown,
        id: string,
        parentId?: string,
        tags?: unknown,
        metadata?: unknown,
        _type?: string,
        name?: string,
      ) => {
        const start = startOf(chain, id, parentId, tags, metadata, name);
        observer.startChain(start, inputs, classOf(chain).includes('langgraph'));
      },
    ),
    handleChainEnd: guard((outputs: unknown, id: string) => observer.endChain(id, outputs)),
    handleChainError: guard((error: unknown, id: string) => observer.failChain(id, error)),
    handleChatModelStart: guard(
      (
        model: unknown,
        messages: readonly (readonly unknown[])[],
        id: string,
        parentId?: string,
        _extra?: unknown,
        tags?: unknown,
        metadata?: unknown,
        name?: string,
      ) => observer.startModel(startOf(model, id, parentId, tags, metadata, name), messages.flat()),
    ),
    handleLLMStart: guard(
      (
        model: unknown,
        prompts: readonly string[],
        id: string,
        parentId?: string,
        _extra?: unknown,
        tags?: unknown,
        metadata?: unknown,
        name?: string,
      ) => {
        const messages = prompts.map((content) => ({ role: 'user', content }));
        observer.startModel(startOf(model, id, parentId, tags, metadata, name), messages);
      },
    ),
    handleLLMNewToken: guard((token: string, _indices: unknown, id: string) => observer.token(id, token)),
    handleLLMEnd: guard((result: unknown, id: string) => observer.endModel(id, result)),
    handleLLMError: guard((error: unknown, id: string) => observer.failSpan(id, error)),
    handleToolStart: guard(
      (
        tool: unknown,
        input: string,
        id: string,
        parentId?: string,
        tags?: unknown,
        metadata?: unknown,
        name?: string,
        toolCallId?: string,
      ) =>
        observer.startSpan(
          startOf(tool, id, parentId, tags, metadata, name),
          'tool',
          parsed(input),
          toolCallId,
        ),
    ),
    handleToolEnd: guard((output: unknown, id: string) => observer.endSpan(id, output)),
    handleToolError: guard((error: unknown, id: string) => observer.failSpan(id, error)),
    handleRetrieverStart: guard(
      (
        retriever: unknown,
        query: string,
        id: string,
        parentId?: string,
        tags?: unknown,
        metadata?: unknown,
        name?: string,
      ) => observer.startSpan(startOf(retriever, id, parentId, tags, metadata, name), 'retrieval', query),
    ),
    handleRetrieverEnd: guard((documents: unknown, id: string) => observer.endSpan(id, documents)),
    handleRetrieverError: guard((error: unknown, id: string) => observer.failSpan(id, error)),
  };
  return new Handler(target, methods);
}

const outermost = (path: readonly string[]): string | undefined => path[0];

function startOf(
  serialized: unknown,
  id: string,
  parentId: string | undefined,
  tags: unknown,
  metadata: unknown,
  name: string | undefined,
): Start {
  return { id, parentId, name: text(name) ?? classOf(serialized).at(-1) ?? 'chain', tags, metadata };
}

/** Path of the class that something is of, for example `['langgraph', 'pregel', 'CompiledStateGraph']`. */
function classOf(serialized: unknown): readonly string[] {
  const id = isRecord(serialized) ? serialized['id'] : undefined;
  return Array.isArray(id) ? id.filter((part) => typeof part === 'string') : [];
}

/** Input of a tool is told as text, which is JSON where the tool takes fields. */
function parsed(input: string): unknown {
  if (typeof input !== 'string' || input.length > MAX_PARSED || !input.startsWith('{')) return input;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}

const MAX_PARSED = 100_000;
