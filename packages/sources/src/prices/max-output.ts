/*
 * Longest answers as the providers document them. The price list does not hold them; a model that is not here has no
 * known maximum. Chat-tuned variants whose maximum differs from their family's are left out.
 */
const MAX_OUTPUT_TOKENS: readonly (readonly [family: string, tokens: number])[] = [
  ['claude-3-haiku', 4_096],
  ['claude-3-opus', 4_096],
  ['claude-3-sonnet', 4_096],
  ['claude-3-5-haiku', 8_192],
  ['claude-3-5-sonnet', 8_192],
  ['claude-3-7-sonnet', 64_000],
  ['claude-sonnet-4-6', 64_000],
  ['claude-sonnet-4-5', 64_000],
  ['claude-sonnet-4-0', 64_000],
  ['claude-sonnet-4-20250514', 64_000],
  ['claude-haiku-4-5', 64_000],
  ['claude-opus-4-6', 128_000],
  ['claude-opus-4-5', 64_000],
  ['claude-opus-4-1', 32_000],
  ['claude-opus-4-0', 32_000],
  ['claude-opus-4-20250514', 32_000],
  ['gpt-4o', 16_384],
  ['gpt-4.1', 32_768],
  ['gpt-5-mini', 128_000],
  ['gpt-5-nano', 128_000],
  ['o3', 100_000],
  ['o4-mini', 100_000],
  ['gemini-2.5-pro', 65_536],
  ['gemini-2.5-flash-lite', 65_536],
];

/** A dated or regional name belongs to its family: `claude-sonnet-4-5-20250929`, `anthropic/claude-sonnet-4-5`. */
export function maxOutputTokens(model: string): number | undefined {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return MAX_OUTPUT_TOKENS.find(([family]) => name === family || isVariant(name, family))?.[1];
}

function isVariant(name: string, family: string): boolean {
  return name.startsWith(family) && /^[-@:](?:\d|latest|mini|nano)/.test(name.slice(family.length));
}
