import { errors } from '../../meta/status.js'
import type { Authorizer } from '../../registry/authorizer.js'
import type { CompiledCondition } from '../../schema/admission/compile-conditions.js'
import type { ConditionsHold } from './dispatch.js'
import { objectsForHook } from './objects-for-hook.js'
import type { Hook } from './webhook-config.js'

const declared = { authorizer: true }

/** Evaluates hooks' matchConditions; the expression language is loaded with the first one. */
export function hookConditions(authorizer: Authorizer): ConditionsHold {
  const compiled = new WeakMap<Hook, readonly CompiledCondition[]>()
  return async (hook, request, seen) => {
    const { matchConditions = [], failurePolicy = 'Fail' } = hook.webhook
    if (matchConditions.length === 0) return true
    const [{ compileConditions }, { conditionsHold }] = await Promise.all([
      import('../../schema/admission/compile-conditions.js'),
      import('../expressions/match-conditions.js'),
    ])
    const conditions = compiled.get(hook) ?? compileConditions(matchConditions, declared)
    compiled.set(hook, conditions)
    const subject = { request, seen, ...(await objectsForHook(request, seen)) }
    try {
      return await conditionsHold(conditions, subject, authorizer, declared, failurePolicy)
    } catch (error) {
      throw errors.forbidden(request.resource.groupResource, request.name, (error as Error).message)
    }
  }
}
