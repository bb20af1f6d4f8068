import { labelValueErrors } from '../../meta/names.js'
import type { NodeSelectorTerm } from './pods/pod-spec.js'

/** Labels of nodes that have newer names. */
export const nodeLabelTexts: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}

/** `checksValues`: values that no label can have are told of too, where they are not refused. */
export function nodeTermWarnings(term: NodeSelectorTerm, path: string, checksValues = false): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key, values = [] }, i) => {
    const at = `${path}.matchExpressions[${i}]`
    const text = Object.hasOwn(nodeLabelTexts, key) ? nodeLabelTexts[key] : undefined
    return [
      ...(text ? [`${at}.key: ${key} is ${text}`] : []),
      ...(checksValues ? values : []).flatMap((value, v) =>
        labelValueErrors(value).map((why) => `${at}.values[${v}]: ${value} is invalid, ${why}`),
      ),
    ]
  })
}
