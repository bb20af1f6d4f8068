import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { qualifiedNameErrors, subdomainErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import { type SelectorObject, validateSelector } from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkImmutable, checkNotNegative, checkNotNegativeAmount, each, invalidBy, repeated } from '../field-checks.js'

interface DriverSpec {
  readonly attachRequired?: boolean
  readonly podInfoOnMount?: boolean
  readonly storageCapacity?: boolean
  readonly requiresRepublish?: boolean
  readonly seLinuxMount?: boolean
  readonly serviceAccountTokenInSecrets?: boolean
  readonly fsGroupPolicy?: string
  readonly volumeLifecycleModes?: readonly string[]
  readonly tokenRequests?: readonly { readonly audience?: string; readonly expirationSeconds?: number }[]
  readonly nodeAllocatableUpdatePeriodSeconds?: number
}

interface NodeDriver {
  readonly name: string
  readonly nodeID: string
  readonly topologyKeys?: readonly string[]
  readonly allocatable?: { readonly count?: number }
}

interface Capacity extends KubeObject {
  readonly storageClassName?: string
  readonly capacity?: string
  readonly nodeTopology?: SelectorObject
}

const driverOf = (object: KubeObject) => (object.spec ?? {}) as DriverSpec
const nodeDriversOf = ({ spec }: KubeObject) => (spec as { drivers?: readonly NodeDriver[] } | undefined)?.drivers ?? []
const asCapacity = (object: KubeObject) => object as Capacity
const tokensInSecrets =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible ' +
  'logging of tokens in volume attributes'

/** storage.k8s.io/v1 CSIDriver. */
export const csiDrivers: BuiltinKind = {
  defaults: {
    'storage.v1.CSIDriverSpec': {
      off: ['preventPodSchedulingIfMissing'],
      fields: {
        attachRequired: true,
        podInfoOnMount: false,
        storageCapacity: false,
        fsGroupPolicy: 'ReadWriteOnceWithFSType',
        requiresRepublish: false,
        seLinuxMount: false,
      },
      set: (spec) => {
        const { volumeLifecycleModes: modes } = spec as DriverSpec
        if (!modes?.length) spec.volumeLifecycleModes = ['Persistent']
      },
    },
  },
  strategy: {
    prepareForUpdate: (driver, old) => {
      const changeable = ({ attachRequired: _a, volumeLifecycleModes: _v, ...rest }: DriverSpec) => rest
      if (jsonEquals(changeable(driverOf(driver)), changeable(driverOf(old)))) return
      driver.metadata.generation = (old.metadata.generation ?? 0) + 1
    },
    validate: (driver) => validateDriver(driverOf(driver)),
    validateUpdate: (driver, old) => {
      const { attachRequired, volumeLifecycleModes } = driverOf(driver)
      return [
        ...checkImmutable(attachRequired, driverOf(old).attachRequired, 'spec.attachedRequired'),
        ...checkImmutable(volumeLifecycleModes, driverOf(old).volumeLifecycleModes, 'spec.volumeLifecycleModes'),
      ]
    },
    warnings: (driver, old) => {
      const { tokenRequests, serviceAccountTokenInSecrets } = driverOf(driver)
      if (old && jsonEquals(tokenRequests ?? [], driverOf(old).tokenRequests ?? [])) return []
      return tokenRequests?.length && serviceAccountTokenInSecrets === undefined ? [tokensInSecrets] : []
    },
  },
  cells: {
    AttachRequired: (driver) => driverOf(driver).attachRequired ?? true,
    PodInfoOnMount: (driver) => driverOf(driver).podInfoOnMount ?? false,
    StorageCapacity: (driver) => driverOf(driver).storageCapacity ?? false,
    TokenRequests: (driver) =>
      driverOf(driver)
        .tokenRequests?.map(({ audience = '' }) => audience)
        .join(',') ?? '<unset>',
    RequiresRepublish: (driver) => driverOf(driver).requiresRepublish ?? false,
    Modes: (driver) => driverOf(driver).volumeLifecycleModes?.join(',') || '<none>',
    Age: age,
  },
}

/** storage.k8s.io/v1 CSINode. */
export const csiNodes: BuiltinKind = {
  strategy: {
    validate: (node) => {
      const names = new Set<string>()
      return each(nodeDriversOf(node), 'spec.drivers', (driver, path) => {
        const found = validateNodeDriver(driver, path)
        if (driver.name !== '' && names.has(driver.name)) {
          found.push(fieldError.duplicate(`${path}.name`, driver.name))
        }
        names.add(driver.name)
        return found
      })
    },
    validateUpdate: (node, old) => {
      const before = new Map(nodeDriversOf(old).map((driver) => [driver.name, driver]))
      return nodeDriversOf(node).flatMap((driver) => {
        const known = before.get(driver.name)
        const { allocatable: _a, ...fixed } = driver
        const { allocatable: _b, ...knownFixed } = known ?? driver
        return checkImmutable(fixed, knownFixed, 'spec.drivers', 'storage.v1.CSINodeDriver')
      })
    },
  },
  cells: { Drivers: (node) => nodeDriversOf(node).length, Age: age },
}

/** storage.k8s.io/v1 CSIStorageCapacity. */
export const csiStorageCapacities: BuiltinKind = {
  strategy: {
    validate: (object) => {
      const { storageClassName = '', capacity, nodeTopology } = asCapacity(object)
      return [
        ...invalidBy('storageClassName', storageClassName, subdomainErrors(storageClassName)),
        ...(nodeTopology ? validateSelector(nodeTopology, 'nodeTopology') : []),
        ...(capacity === undefined ? [] : checkNotNegativeAmount(capacity, 'capacity')),
      ]
    },
    validateUpdate: (object, old) => [
      ...checkImmutable(asCapacity(object).nodeTopology, asCapacity(old).nodeTopology, 'nodeTopology'),
      ...checkImmutable(asCapacity(object).storageClassName, asCapacity(old).storageClassName, 'storageClassName'),
    ],
  },
}

/** A subdomain of at most 63 bytes, of which some letters may be capital. */
export function checkDriverName(name: string, path: string): FieldError[] {
  if (name === '') return [fieldError.required(path)]
  const found = Buffer.byteLength(name) > 63 ? [fieldError.tooLong(path, 63)] : []
  return [...found, ...invalidBy(path, name, subdomainErrors(name.toLowerCase()))]
}

function validateDriver(spec: DriverSpec): FieldError[] {
  const { fsGroupPolicy, volumeLifecycleModes = [], tokenRequests = [] } = spec
  const modes = ['Persistent', 'Ephemeral']
  const policies = ['File', 'None', 'ReadWriteOnceWithFSType']
  const audiences = tokenRequests.map(({ audience = '' }) => audience)
  const period = spec.nodeAllocatableUpdatePeriodSeconds
  const again = repeated(audiences, (audience) => audience)
  return [
    ...(fsGroupPolicy !== undefined && !policies.includes(fsGroupPolicy)
      ? [fieldError.notSupported('spec.fsGroupPolicy', fsGroupPolicy, policies)]
      : []),
    ...each(tokenRequests, 'spec.tokenRequests', ({ expirationSeconds: seconds }, path, i) => {
      const audience = audiences[i] ?? ''
      const found: FieldError[] = []
      if (again[i]) found.push(fieldError.duplicate(`${path}.audience`, audience))
      if (seconds !== undefined && seconds < 600) {
        const why = 'may not specify a duration less than 10 minutes'
        found.push(fieldError.invalid(`${path}.expirationSeconds`, seconds, why))
      }
      return found
    }),
    ...volumeLifecycleModes
      .filter((mode) => !modes.includes(mode))
      .map((mode) => fieldError.notSupported('spec.volumeLifecycleModes', mode, modes)),
    ...(period !== undefined && period < 10
      ? [
          fieldError.invalid(
            'spec.nodeAllocatableUpdatePeriodSeconds',
            period,
            'must be greater than or equal to 10 seconds',
          ),
        ]
      : []),
  ]
}

function validateNodeDriver({ name, nodeID, topologyKeys = [], allocatable }: NodeDriver, path: string): FieldError[] {
  const found = checkDriverName(name, `${path}.name`)
  if (nodeID === '') found.push(fieldError.required(`${path}.nodeID`))
  if (Buffer.byteLength(nodeID) > 256) {
    found.push(fieldError.invalid(`${path}.nodeID`, nodeID, 'must be 256 characters or less'))
  }
  found.push(...checkNotNegative(allocatable?.count, `${path}.allocatable.count`))
  const again = repeated(topologyKeys, (key) => key)
  for (const [i, key] of topologyKeys.entries()) {
    if (again[i]) found.push(fieldError.duplicate(path, key))
    else if (key === '') found.push(fieldError.required(path), ...invalidBy(path, key, qualifiedNameErrors(key)))
    else found.push(...invalidBy(path, key, qualifiedNameErrors(key)))
  }
  return found
}
