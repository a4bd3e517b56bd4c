/** Charts of what was spent and done, drawn by Recharts: load it lazily. */
export {};
