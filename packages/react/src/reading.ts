/** What agents said, wrote and logged, to be read. */
export {};
