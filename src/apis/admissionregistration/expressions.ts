import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import type { PolicyExpressions } from '../../schema/admission/policy-expressions.js'

type Compilers = Pick<typeof import('../../schema/admission/compile-conditions.js'), 'compileConditions'> &
  Pick<typeof import('../../schema/admission/compile-policy.js'), 'compilePolicy'>

let compilers: Compilers | undefined

/** To be waited for before an object with expressions is validated: their language is loaded with the first one. */
export function expressionsLoading(object: KubeObject): Promise<void> | undefined {
  return compilers || !JSON.stringify(object).includes('xpression"') ? undefined : load()
}

async function load(): Promise<void> {
  const [conditions, policy] = await Promise.all([
    import('../../schema/admission/compile-conditions.js'),
    import('../../schema/admission/compile-policy.js'),
  ])
  compilers = { ...conditions, ...policy }
}

function loaded(): Compilers {
  if (!compilers) throw new Error('expressions are compiled before their language was loaded')
  return compilers
}

type Compiled = { readonly source: string; readonly error?: string }

/** What is wrong with an expression that was compiled; `shown`: as it was written, with its blanks. */
export function expressionErrors(path: string, { source, error }: Compiled, shown = source): FieldError[] {
  return error === undefined ? [] : [fieldError.invalid(path, shown, error)]
}

export const compilePolicy = (spec: PolicyExpressions) => loaded().compilePolicy(spec)

/** A condition on whether a webhook or policy is asked at all; in the same order. `params`: of a policy that has some. */
export function compileCondition(expression: string, params: boolean): Compiled {
  const [first] = loaded().compileConditions([{ name: '', expression }], { params, authorizer: true })
  return first?.expression ?? { source: expression }
}
