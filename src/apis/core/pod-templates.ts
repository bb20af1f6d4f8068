import type { KubeObject } from '../../meta/object.js'
import { formatLabels } from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { containerCells } from '../cells.js'
import type { PodTemplate } from './pods/pod-spec.js'
import { podTemplateWarnings } from './pods/pod-warnings.js'
import { validatePodTemplate } from './pods/validate-pod-template.js'

const templateOf = (object: KubeObject) => (object.template ?? {}) as PodTemplate

/** core/v1 PodTemplate. */
export const podTemplates: BuiltinKind = {
  strategy: {
    validate: (object) => validatePodTemplate(templateOf(object), 'template'),
    warnings: (object, old) => podTemplateWarnings(templateOf(object), old && templateOf(old), 'template'),
  },
  cells: {
    ...containerCells(templateOf),
    'Pod Labels': (object) => formatLabels(templateOf(object).metadata?.labels),
  },
}
