import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import type { Selector } from './device-spec.js'
import { checkSet } from './names.js'

const mostSelectors = 32
const longestExpression = 10 * 1024

let compile: ((expression: string) => string | undefined) | undefined

/** To be waited for before an object with selectors is validated: their language is loaded with the first one. */
export function selectorsLoading(object: KubeObject): Promise<void> | undefined {
  return compile || !JSON.stringify(object).includes('"expression"') ? undefined : load()
}

async function load(): Promise<void> {
  const [{ compileExpression }, { boolType, dynType }] = await Promise.all([
    import('../../schema/cel/expression.js'),
    import('../../schema/cel/type.js'),
  ])
  const variables = new Map([['device', dynType]])
  compile = (expression) => compileExpression(expression, variables, [boolType]).error
}

/** CEL expressions that a device must meet. */
export function validateSelectors(selectors: readonly Selector[] | undefined, path: string): FieldError[] {
  return checkSet(selectors, path, mostSelectors, ({ cel }, at) => {
    if (!cel) return [fieldError.required(`${at}.cel`)]
    const { expression = '' } = cel
    const where = `${at}.cel.expression`
    if (Buffer.byteLength(expression) > longestExpression) return [fieldError.tooLong(where, longestExpression)]
    if (!compile) throw new Error('selectors are compiled before their language was loaded')
    const error = compile(expression)
    return error === undefined ? [] : [fieldError.invalid(where, expression, error)]
  })
}
