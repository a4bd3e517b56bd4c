import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Compiler options of the repository, at their strictest. */
function strictOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${root}tsconfig.base.json`, (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const types = ['node', 'react', 'react-dom'];
  const settings = {
    ...config.compilerOptions,
    noEmit: true,
    declaration: false,
    declarationMap: false,
    types,
  };
  return ts.convertCompilerOptionsFromJson(settings, root).options;
}

/**
 * What the compiler says of code that stands in no file, each with its place.
 *
 * @param code by the path, relative to the root, where it would stand
 * @param ambient files that declare what the code finds there
 */
export function compile(
  code: ReadonlyMap<string, string>,
  ambient: readonly string[] = [],
): readonly string[] {
  const files = new Map([...code].map(([path, text]) => [`${root}${path}`, text]));
  const options = strictOptions();
  const host = ts.createCompilerHost(options);
  const real = { ...host };
  host.fileExists = (file) => files.has(file) || real.fileExists(file);
  host.readFile = (file) => files.get(file) ?? real.readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const own = files.get(file);
    return own === undefined
      ? real.getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, own, version);
  };
  const program = ts.createProgram([...files.keys(), ...ambient.map((path) => root + path)], options, host);
  return [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start = 0, messageText }) => {
        const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
        return `${file.slice(root.length)}:${String(line)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  });
}
