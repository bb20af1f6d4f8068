import {
  type BindingName,
  isArrowFunction,
  isCallExpression,
  isClassDeclaration,
  isConstructorDeclaration,
  isEnumDeclaration,
  isExportAssignment,
  isExportDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isIdentifier,
  isImportDeclaration,
  isImportTypeNode,
  isInterfaceDeclaration,
  isLiteralTypeNode,
  isMethodDeclaration,
  isNamedExports,
  isNamedImports,
  isPropertyAssignment,
  isStringLiteral,
  isTypeAliasDeclaration,
  isVariableDeclaration,
  isVariableStatement,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast'

interface FoundImport {
  readonly specifier: string
  /** Undefined: every export. */
  readonly names: readonly string[] | undefined
}

/** What `node` imports, in any of the forms there are: import, export from, import(), import type. */
export function importOf(node: Node): FoundImport | undefined {
  if (isImportDeclaration(node)) return { specifier: text(node.moduleSpecifier), names: importedNames(node) }
  if (isExportDeclaration(node) && node.moduleSpecifier) {
    const clause = node.exportClause
    const names =
      clause && isNamedExports(clause) ? clause.elements.map((e) => text(e.propertyName ?? e.name)) : undefined
    return { specifier: text(node.moduleSpecifier), names }
  }
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    const [specifier] = node.arguments
    return specifier && isStringLiteral(specifier) ? { specifier: specifier.text, names: undefined } : undefined
  }
  if (isImportTypeNode(node) && isLiteralTypeNode(node.argument)) {
    return { specifier: text(node.argument.literal), names: node.qualifier ? [text(node.qualifier)] : undefined }
  }
  return undefined
}

function importedNames(node: Node): string[] | undefined {
  if (!isImportDeclaration(node) || !node.importClause) return []
  const { name, namedBindings } = node.importClause
  if (namedBindings && !isNamedImports(namedBindings)) return undefined
  const named = namedBindings ? namedBindings.elements.map((e) => text(e.propertyName ?? e.name)) : []
  return name ? ['default', ...named] : named
}

/** The exports of a file, but those it passes on from another one (`export … from` counts where they are made). */
export function exportsOf(file: SourceFile): { name: string; isType: boolean; node: Node }[] {
  return file.statements.flatMap((node) => {
    if (isExportAssignment(node)) return [{ name: 'default', isType: false, node }]
    if (isExportDeclaration(node)) {
      if (node.moduleSpecifier || !node.exportClause || !isNamedExports(node.exportClause)) return []
      return node.exportClause.elements.map((e) => ({ name: text(e.name), isType: false, node: e }))
    }
    return declared(node)
  })
}

function declared(node: Node): { name: string; isType: boolean; node: Node }[] {
  const isType = isInterfaceDeclaration(node) || isTypeAliasDeclaration(node)
  const named = isType || isFunctionDeclaration(node) || isClassDeclaration(node) || isEnumDeclaration(node)
  if (!named && !isVariableStatement(node)) return []
  const modifiers = node.modifiers?.map((m) => m.kind) ?? []
  if (!modifiers.includes(SyntaxKind.ExportKeyword)) return []
  if (modifiers.includes(SyntaxKind.DefaultKeyword)) return [{ name: 'default', isType, node }]
  if (named) return node.name ? [{ name: node.name.text, isType, node }] : []
  return node.declarationList.declarations.flatMap((d) => boundNames(d.name).map((name) => ({ name, isType, node: d })))
}

function boundNames(name: BindingName): string[] {
  if (isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => ('name' in element && element.name ? boundNames(element.name) : []))
}

/** Name of the function that `node` is, and whether tests are registered in it. */
export function functionOf(node: Node, file: SourceFile): { name: string; groupsTests: boolean } | undefined {
  const name = functionName(node, file)
  return name === undefined ? undefined : { name, groupsTests: registersTests(node, file) }
}

function functionName(node: Node, file: SourceFile): string | undefined {
  if (isConstructorDeclaration(node)) return 'constructor'
  if (isFunctionDeclaration(node) || isMethodDeclaration(node) || isGetAccessorDeclaration(node)) {
    return node.name?.getText(file) ?? 'default'
  }
  if (!isArrowFunction(node) && !isFunctionExpression(node)) return undefined
  const { parent } = node
  if (isVariableDeclaration(parent) || isPropertyAssignment(parent)) return parent.name.getText(file)
  return isCallExpression(parent) ? `argument of ${parent.expression.getText(file)}` : 'function'
}

function registersTests(node: Node, file: SourceFile): boolean {
  const found = node.forEachChild((child): true | undefined => {
    const registers = isCallExpression(child) && /^(it|test|describe)\b/.test(child.expression.getText(file))
    return registers || registersTests(child, file) ? true : undefined
  })
  return found === true
}

function text(node: Node): string {
  return isStringLiteral(node) || isIdentifier(node) ? node.text : node.getText()
}
