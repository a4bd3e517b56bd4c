/** The graph of a run, drawn by React Flow. */
export {};
