import type { WatchCache } from '../../cache/watch-cache.js'
import { fieldError } from '../../meta/field-error.js'
import { ipNumber, ipText, type NumberRange } from '../../meta/number-range.js'
import type { KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import type { Admission, AdmissionRequest } from '../../registry/admission.js'
import type { Allocator } from '../../registry/allocator.js'
import { type AllocatedSpec, Allocations, specOf } from './allocations.js'
import { type Holders, holdersOf, RangeIsFull } from './holders.js'

/** What upstream tells of a dry run's ports: none is taken, and none is looked for. */
const firstDryPort = 32_769

/**
 * Gives services their clusterIP, nodePorts and healthCheckNodePort out of ranges (API-SEMANTICS B04). Its guard sees to it
 * that no other server has given one of them away meanwhile.
 */
export function serviceAllocator(
  cache: WatchCache,
  ips: NumberRange,
  ports: NumberRange,
): Allocator & Required<Pick<Admission, 'guard'>> {
  const allocations = new Allocations(cache, holdersOf(ips, 16, 256), holdersOf(ports, 32, 128))
  return {
    guard(request) {
      if (!concerns(request)) return undefined
      const { resource, namespace, name, object, old } = request
      const key = resource.key(namespace, name)
      if (!allocations.isMore(specOf(object), specOf(old))) return undefined
      return (looked) => {
        if (!allocations.holds(key, specOf(object))) {
          throw errors.unavailable(`what Service ${JSON.stringify(name)} was given has been given away elsewhere`, 1)
        }
        looked.below(resource.prefix(''), cache.revision)
      }
    },
    allocate(request) {
      if (!concerns(request)) return undefined
      const { resource, namespace, name, object, old, dryRun } = request
      allocations.follow()
      const key = resource.key(namespace, name)
      const allocation = new Allocation(allocations, key, object, dryRun)
      try {
        allocation.run(specOf(old))
      } catch (error) {
        allocation.end(undefined)
        throw error
      }
      return (stored) => allocation.end(stored)
    },
  }
}

type Concerning = AdmissionRequest & { readonly object: KubeObject }

function concerns(request: AdmissionRequest): request is Concerning {
  const { resource, subresource, object } = request
  return resource.group === '' && resource.plural === 'services' && subresource !== 'status' && object !== undefined
}

/** What one write is given. */
class Allocation {
  readonly #ips: number[] = []
  readonly #ports: number[] = []
  readonly #spec: AllocatedSpec

  constructor(
    private readonly all: Allocations,
    private readonly key: string,
    private readonly service: KubeObject,
    private readonly dryRun: boolean,
  ) {
    this.#spec = specOf(service)
  }

  run(old: AllocatedSpec): void {
    this.#giveIp()
    if (needsNodePorts(this.#spec)) this.#giveNodePorts()
    if (needsHealthCheck(this.#spec)) this.#giveHealthCheckPort(old)
  }

  end(stored: Parameters<Allocations['settle']>[2]): void {
    this.all.settle(this.key, { ips: this.#ips, ports: this.#ports }, stored)
  }

  #giveIp(): void {
    const spec = this.#spec
    const { clusterIPs = [], clusterIP, type } = spec
    const asked = clusterIPs[0] || clusterIP || undefined
    if (type === 'ExternalName' || asked === 'None') return
    // Where the two say something else it is for validation to tell.
    if (clusterIPs.length > 0 && (clusterIP ?? '') !== asked) return
    if (asked !== undefined) spec.clusterIPs = [asked, ...clusterIPs.slice(1)]
    const ip = asked === undefined ? this.#nextIp() : this.#takeIp(asked)
    spec.clusterIPs = [ip, ...clusterIPs.slice(1)]
    spec.clusterIP = ip
  }

  #nextIp(): string {
    const { ips } = this.all
    if (this.dryRun) return ipText(ips.range.first - 1)
    try {
      const ip = ips.next()
      this.#hold(ips, ip, this.#ips)
      return ipText(ip)
    } catch (error) {
      if (!(error instanceof RangeIsFull)) throw error
      const { name } = this.service.metadata
      throw errors.internal(`failed to allocate a serviceIP for Service ${JSON.stringify(name)}: ${error.message}`)
    }
  }

  #takeIp(asked: string): string {
    const { ips } = this.all
    const ip = ipNumber(asked)
    // What is no address at all is for validation to say.
    if (ip === undefined) return asked
    const holder = ips.holder(ip)
    if (holder === this.key) return asked
    const why = !ips.contains(ip)
      ? 'the provided network does not match the current range'
      : holder !== undefined && !this.dryRun
        ? 'provided IP is already allocated'
        : undefined
    if (why) throw this.#invalid('spec.clusterIPs', this.#spec.clusterIPs, `failed to allocate IP ${asked}: ${why}`)
    if (!this.dryRun) this.#hold(ips, ip, this.#ips)
    return asked
  }

  /** Ports of one number and several protocols share their node port. */
  #giveNodePorts(): void {
    const { ports = [] } = this.#spec
    const given = new Map<number, number>()
    for (const port of ports) {
      const asked = port.nodePort || ports.find((other) => other.port === port.port && other.nodePort)?.nodePort
      const known = given.get(port.port)
      if (port.nodePort && port.nodePort === known) continue
      const index = ports.indexOf(port)
      if (!port.nodePort && known !== undefined) port.nodePort = known
      else if (asked) {
        const why = this.#takePort(asked)
        if (why) throw this.#invalid(`spec.ports[${index}].nodePort`, asked, why)
        port.nodePort = asked
      } else port.nodePort = this.#nextPort('failed to allocate a nodePort')
      given.set(port.port, known ?? port.nodePort)
    }
  }

  #giveHealthCheckPort(old: AllocatedSpec): void {
    const asked = this.#spec.healthCheckNodePort
    if (needsHealthCheck(old) && asked === old.healthCheckNodePort) return
    const why = asked ? this.#takePort(asked) : undefined
    if (why) throw errors.internal(`failed to allocate requested HealthCheck NodePort ${asked}: ${why}`)
    if (!asked) this.#spec.healthCheckNodePort = this.#nextPort('failed to allocate a HealthCheck NodePort 0')
  }

  /** Answers with why the port can't be had. */
  #takePort(port: number): string | undefined {
    const { ports } = this.all
    const holder = ports.holder(port)
    if (holder === this.key) return undefined
    if (!this.dryRun && !ports.contains(port)) {
      return `provided port is not in the valid range. The range of valid ports is ${ports.range.text}`
    }
    if (holder !== undefined) return 'provided port is already allocated'
    if (!this.dryRun) this.#hold(ports, port, this.#ports)
    return undefined
  }

  #nextPort(failure: string): number {
    const { ports } = this.all
    if (this.dryRun) {
      const port = firstDryPort + this.#ports.length
      this.#ports.push(port)
      return port
    }
    try {
      const port = ports.next()
      this.#hold(ports, port, this.#ports)
      return port
    } catch (error) {
      if (!(error instanceof RangeIsFull)) throw error
      throw errors.internal(`${failure}: ${error.message}`)
    }
  }

  #hold(range: Holders, value: number, given: number[]): void {
    range.hold(value, this.key)
    given.push(value)
  }

  #invalid(field: string, value: unknown, why: string) {
    const kind = { group: '', kind: 'Service' }
    return errors.invalid(kind, this.service.metadata.name ?? '', [fieldError.invalid(field, value, why)])
  }
}

function needsNodePorts({ type, allocateLoadBalancerNodePorts = true }: AllocatedSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts)
}

function needsHealthCheck({ type, externalTrafficPolicy }: AllocatedSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local'
}
