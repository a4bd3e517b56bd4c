import { isLoopback } from '../gateway/access.js';
import type { Config } from './schema.js';

/** Sentences about settings that are each right and do not go together. */
export function contradictions(config: Config): string[] {
  const { hostname, allowedHosts, token, tokens, store, backup } = config;
  const found: string[] = [];
  if (token !== undefined && tokens !== undefined)
    found.push('`token` and `tokens` are both set: keep one of them.');
  if (!isLoopback(hostname) && token === undefined && tokens === undefined) {
    found.push(
      `\`hostname\` is ${hostname}, which other machines can reach: set \`tokens\` or a \`token\`, or leave \`hostname\` at 127.0.0.1.`,
    );
  }
  if ((hostname === '0.0.0.0' || hostname === '::') && !allowedHosts) {
    found.push(
      `\`hostname\` is ${hostname}, which has no name of its own: list in \`allowedHosts\` what people type, such as fleet.example.`,
    );
  }
  if (store === ':memory:' && backup.directory !== undefined)
    found.push('`store` is :memory:, of which no backup can be made: leave `backup.directory` out.');
  return found;
}
