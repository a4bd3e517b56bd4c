/*
 * Lines as a session file holds them, written for these tests. Times are seconds after a fixed start.
 */

export type Line = Record<string, unknown>;

const START = Date.UTC(2026, 1, 11, 12);

export function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

export function timeAt(seconds: number): number {
  return START + seconds * 1000;
}

let uuids = 0;

function base(type: string, seconds: number, extra: Line): Line {
  uuids += 1;
  return {
    type,
    uuid: `uuid-${String(uuids)}`,
    sessionId: 'session-1',
    timestamp: at(seconds),
    isSidechain: false,
    cwd: '/work',
    gitBranch: 'main',
    version: '2.1.0',
    ...extra,
  };
}

export const text = (value: string): Line => ({ type: 'text', text: value });
export const thinking = (value: string): Line => ({ type: 'thinking', thinking: value });
export const toolUse = (id: string, name: string, input: Line = {}): Line => ({
  type: 'tool_use',
  id,
  name,
  input,
});

/** Uncached input, output, and what was read from and written to the cache. */
export function usage(input: number, output: number, read = 0, write5m = 0, write1h = 0): Line {
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: write5m + write1h,
    cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
  };
}

export function prompt(seconds: number, said: string, extra: Line = {}): Line {
  return base('user', seconds, { message: { role: 'user', content: said }, ...extra });
}

export function assistant(
  seconds: number,
  id: string,
  content: readonly Line[],
  {
    tokens = usage(100, 10),
    model = 'claude-opus-4-6',
    ...extra
  }: Line & { tokens?: Line | undefined; model?: string } = {},
): Line {
  const message = { id, role: 'assistant', model, content, stop_reason: null, usage: tokens };
  return base('assistant', seconds, { requestId: `req_${id}`, message, ...extra });
}

export function result(
  seconds: number,
  toolUseId: string,
  content: unknown,
  extra: Line & { isError?: boolean } = {},
): Line {
  const { isError, ...rest } = extra;
  const block = {
    type: 'tool_result',
    tool_use_id: toolUseId,
    content,
    ...(isError ? { is_error: true } : {}),
  };
  return base('user', seconds, { message: { role: 'user', content: [block] }, ...rest });
}

export function other(type: string, seconds: number, extra: Line): Line {
  return base(type, seconds, extra);
}

export function file(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
