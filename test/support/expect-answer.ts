import { expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import type { Answer } from './http.js'

/** The object of an answer with 201. */
export function created<T = KubeObject>(answer: Answer): T {
  expect(answer.status, answer.text).toBe(201)
  return answer.json<T>()
}

/** The object of an answer with 200. */
export function done<T = KubeObject>(answer: Answer): T {
  expect(answer.status, answer.text).toBe(200)
  return answer.json<T>()
}
