/**
 * Reads sessions of Gemini CLI.
 *
 * @packageDocumentation
 */
export { geminiCliFormat } from './gemini-cli/format.js';
