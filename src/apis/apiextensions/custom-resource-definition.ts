import type { KubeObject } from '../../meta/object.js'
import type { Schema } from '../../schema/schema.js'

/** apiextensions.k8s.io/v1 CustomResourceDefinition, as it is once its body has been read as that type. */
export interface CustomResourceDefinition extends KubeObject {
  spec: CustomResourceDefinitionSpec
  status: CustomResourceDefinitionStatus
}

export interface CustomResourceDefinitionSpec {
  group: string
  names: CustomResourceNames
  scope: string
  versions?: CustomResourceVersion[]
  conversion?: CustomResourceConversion
  preserveUnknownFields?: boolean
}

export interface CustomResourceNames {
  plural: string
  singular?: string
  shortNames?: string[]
  kind: string
  listKind?: string
  categories?: string[]
}

export interface CustomResourceVersion {
  name: string
  served: boolean
  storage: boolean
  deprecated?: boolean
  deprecationWarning?: string
  schema?: CustomResourceValidation
  subresources?: CustomResourceSubresources
  additionalPrinterColumns?: CustomResourceColumn[]
  selectableFields?: SelectableField[]
}

export interface CustomResourceValidation {
  openAPIV3Schema?: Schema
}

export interface CustomResourceSubresources {
  status?: object
  scale?: CustomResourceScale
}

export interface CustomResourceScale {
  specReplicasPath: string
  statusReplicasPath: string
  labelSelectorPath?: string
}

export interface CustomResourceColumn {
  name: string
  type: string
  format?: string
  description?: string
  priority?: number
  jsonPath: string
}

export interface SelectableField {
  jsonPath: string
}

export interface CustomResourceConversion {
  strategy: string
  webhook?: WebhookConversion
}

export interface WebhookConversion {
  clientConfig?: WebhookClientConfig
  conversionReviewVersions: string[] | null
}

/** `caBundle` is base64. */
export interface WebhookClientConfig {
  url?: string
  service?: ServiceReference
  caBundle?: string
}

export interface ServiceReference {
  namespace: string
  name: string
  path?: string
  port?: number
}

export interface CustomResourceDefinitionStatus {
  conditions?: CustomResourceCondition[] | null
  acceptedNames: CustomResourceNames
  storedVersions?: string[] | null
}

export interface CustomResourceCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  lastTransitionTime?: string | null
  reason?: string
  message?: string
}

/** Holds a definition until the last of its custom resources is gone (API-SEMANTICS R07). */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'
