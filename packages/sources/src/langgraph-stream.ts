/**
 * Reads recorded event streams of LangGraph.
 *
 * @packageDocumentation
 */
export { langGraphStreamFormat } from './langgraph-stream/format.js';
