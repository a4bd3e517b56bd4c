import { firstLine } from '../lib/guards.js';

const TITLE_LENGTH = 80;

/** Lines of role `user` that nobody typed: output of local commands and notes of the tool itself. */
const NOT_A_PROMPT =
  /^\s*(?:<(?:local-command|bash-std|system-reminder)|Caveat: The messages below were generated)/;

const INTERRUPTED = /^\s*\[Request interrupted by user/;

export function isPrompt(text: string): boolean {
  return text.trim() !== '' && !NOT_A_PROMPT.test(text);
}

export function isInterruption(text: string): boolean {
  return INTERRUPTED.test(text);
}

/** Commands that the client answers itself: they say nothing about what a session is for. */
const HOUSEKEEPING =
  /^\/(?:clear|exit|login|logout|model|config|status|cost|help|resume|mcp|usage|context)\b/;

/** Whether a task's title can stand for the whole session. */
export function isTelling(title: string): boolean {
  return title !== '' && !HOUSEKEEPING.test(title);
}

/** A title for a prompt: a slash command's name and arguments, a notification's summary, or the first line. */
export function titleOf(text: string): string {
  const command = tagged(text, 'command-name');
  if (command !== undefined) {
    return firstLine(`${command} ${tagged(text, 'command-args') ?? ''}`.trim(), TITLE_LENGTH);
  }
  if (text.startsWith('<task-notification>')) {
    return firstLine(tagged(text, 'summary') ?? 'Task notification', TITLE_LENGTH);
  }
  return firstLine(text, TITLE_LENGTH);
}

function tagged(text: string, tag: string): string | undefined {
  const start = text.indexOf(`<${tag}>`);
  if (start < 0) return undefined;
  const end = text.indexOf(`</${tag}>`, start);
  return end < 0 ? undefined : text.slice(start + tag.length + 2, end);
}
