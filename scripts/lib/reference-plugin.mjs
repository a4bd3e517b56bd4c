// For the reference pages: modules bear the names that they are imported by, and whatever is exported has a docstring.
import { Application, Comment, Converter, ReflectionKind } from 'typedoc';

const EXPORTS =
  ReflectionKind.Class |
  ReflectionKind.Function |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable;

/** @param {Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      module.name = importedAs(module.name);
      for (const child of module.children ?? []) tellProps(child);
    }
  });
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    for (const module of project.children ?? []) {
      if (!module.hasComment()) app.logger.validationWarning(`${module.name} has no introduction.`);
      for (const child of module.children ?? []) {
        if (child.kindOf(EXPORTS) && !isTold(child))
          app.logger.validationWarning(`${child.name} of ${module.name} has no docstring.`);
      }
    }
  });
}

/**
 * `core/src/client` is imported as `@fleetglass/core/client`.
 *
 * @param {string} name
 */
const importedAs = (name) => `@fleetglass/${name.replace('/src', '')}`;

/** @param {import('typedoc').DeclarationReflection} declaration */
const isTold = (declaration) =>
  declaration.hasComment() || (declaration.signatures ?? []).some((signature) => signature.hasComment());

/**
 * What a component takes needs no sentence of its own: it says whose props they are.
 *
 * @param {import('typedoc').DeclarationReflection} declaration
 */
function tellProps(declaration) {
  const component = declaration.name.replace(/Props$/, '');
  if (component === declaration.name || !declaration.kindOf(ReflectionKind.Interface)) return;
  const target = declaration.parent?.getChildByName([component]);
  if (!target || declaration.hasComment()) return;
  declaration.comment = new Comment([
    { kind: 'text', text: 'What ' },
    { kind: 'inline-tag', tag: '@link', text: component, target },
    { kind: 'text', text: ' takes, besides what its element takes.' },
  ]);
}
