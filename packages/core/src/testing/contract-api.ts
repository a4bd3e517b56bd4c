/** What a contract suite says about a value; runners in the manner of Jest have it. */
export interface ContractExpectation {
  toBe(expected: unknown): unknown;
  toEqual(expected: unknown): unknown;
  toHaveLength(expected: number): unknown;
}

/** The parts of a test runner that contract suites receive, so that they import none. */
export interface ContractApi {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void> | void) => unknown;
  readonly expect: (value: unknown) => ContractExpectation;
}
