// Loaded before a program (`node --import`), it lets Node 22 have no SQLite of its own, as Node 20 has none.
const original = process.getBuiltinModule;
process.getBuiltinModule = (name) =>
  name === 'node:sqlite' ? undefined : Reflect.apply(original, process, [name]);
