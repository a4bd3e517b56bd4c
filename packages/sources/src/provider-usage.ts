/**
 * Reads the usage of providers' responses, whatever convention it is in.
 *
 * @packageDocumentation
 */
export { providerResponseFormat } from './provider-usage/format.js';
export { readProviderUsage } from './provider-usage/read-usage.js';
export type { ProviderUsage, ReadProviderUsageOptions } from './provider-usage/read-usage.js';
