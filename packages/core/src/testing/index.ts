/**
 * For tests: a clock that stands still, a host and a transport that fail as they are told, and the contract suites that
 * every store, transport and library of templates has to pass. Brings no test runner: `describe`, `it` and `expect` are handed in.
 *
 * @packageDocumentation
 */
export { createSimulatedClock } from './simulated-clock.js';
export type { SimulatedClock } from './simulated-clock.js';
export { createSeededRandom } from './seeded-random.js';
export type { ContractApi, ContractExpectation } from './contract-api.js';
export { createFakeHost } from './fake-host.js';
export type { FakeHost, FakeHostOptions } from './fake-host.js';
export { faultTransport } from './fault-transport.js';
export type { Faults, FaultOptions, FaultTransport } from './fault-transport.js';
export { transportContract } from './transport.contract.js';
export type { TransportContractOptions, TransportHarness } from './transport.contract.js';
export { storeContract } from './store.contract.js';
export type { StoreContractOptions } from './store-contract-case.js';
export { hostileEvents, hostileJson, legalLogs } from './arbitraries.js';
export type { FastCheckModule, LegalLogOptions } from './arbitraries.js';
export { templateLibraryContract } from './template-library.contract.js';
export type { TemplateLibraryContractOptions } from './template-library.contract.js';
