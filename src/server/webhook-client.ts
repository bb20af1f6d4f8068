import { Agent, type RequestOptions, request } from 'node:https'
import { quoteGo } from '../codec/go-text.js'
import { stringifyJson } from '../codec/json.js'
import { gatherBody } from '../http/gather-body.js'
import { goNetworkError } from '../meta/go-network-error.js'
import type { JsonObject } from '../meta/object.js'
import type { CallWebhook, WebhookClientConfig } from '../meta/webhook.js'
import type { ServiceAddresses } from './service-addresses.js'
import { Answered, readAnswer } from './webhook-answer.js'

/** No review is larger; what is more is not read. */
const maxAnswer = 16 * 1024 * 1024
const maxAgents = 100

interface Target {
  readonly url: URL
  /** Where to connect to, when that is not what the URL says. */
  readonly address?: { readonly host: string; readonly port: number }
  readonly servername: string
}

/** Calls webhooks over TLS, connections kept for further calls until `undo`. */
export function webhookClient(services: ServiceAddresses, undo: (() => Promise<void>)[]): CallWebhook {
  const agents = new Map<string, Agent>()
  const agentFor = (config: WebhookClientConfig): Agent => {
    const key = JSON.stringify([config.url, config.service, config.caBundle])
    let agent = agents.get(key)
    if (!agent) {
      if (agents.size >= maxAgents) closeAll()
      const ca = config.caBundle ? { ca: Buffer.from(config.caBundle, 'base64') } : {}
      agent = new Agent({ keepAlive: true, maxSockets: 25, ...ca })
      agents.set(key, agent)
    }
    return agent
  }
  const closeAll = () => {
    for (const agent of agents.values()) agent.destroy()
    agents.clear()
  }
  undo.push(async () => closeAll())
  return async (config, review, timeoutSeconds) => {
    const target = await locate(config, services, timeoutSeconds)
    const body = stringifyJson(review)
    try {
      return await post(target, agentFor(config), body, timeoutSeconds)
    } catch (error) {
      throw error instanceof Answered
        ? error
        : new Error(`Post ${quoteGo(target.url.href)}: ${failureText(error, target)}`)
    }
  }
}

async function locate(config: WebhookClientConfig, services: ServiceAddresses, timeout: number): Promise<Target> {
  const { url, service } = config
  if (url !== undefined) {
    const parsed = new URL(url)
    parsed.searchParams.set('timeout', `${timeout}s`)
    return { url: parsed, servername: parsed.hostname }
  }
  if (!service) throw new Error('webhook configuration must have either service or URL')
  const { namespace, name, path = '', port = 443 } = service
  const servername = `${name}.${namespace}.svc`
  const target = new URL(`https://${servername}:${port}`)
  target.pathname = path
  // URL leaves out the port that is usual for the scheme; Go's text has it.
  const shown = `https://${servername}:${port}${target.pathname}?timeout=${timeout}s`
  try {
    return { url: withHref(target, shown), servername, address: services.resolve(namespace, name, port) }
  } catch (error) {
    throw new Error(`Post ${quoteGo(shown)}: ${(error as Error).message}`)
  }
}

function withHref(url: URL, href: string): URL {
  Object.defineProperty(url, 'href', { value: href })
  url.search = href.slice(href.indexOf('?'))
  return url
}

function post(target: Target, agent: Agent, body: string, timeoutSeconds: number): Promise<JsonObject> {
  const { url, address, servername } = target
  const signal = AbortSignal.timeout(timeoutSeconds * 1000)
  const options: RequestOptions = {
    ...{ agent, signal, method: 'POST', servername: isAddress(servername) ? '' : servername },
    ...{ host: address?.host ?? url.hostname.replace(/^\[(.*)\]$/, '$1'), port: address?.port ?? (url.port || 443) },
    path: `${url.pathname}${url.search}`,
    headers: {
      ...{ host: url.host, 'content-type': 'application/json', accept: 'application/json, */*' },
      ...{ 'content-length': Buffer.byteLength(body), 'user-agent': 'kube-apiserver-admission' },
    },
  }
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      const { statusCode = 0, headers } = answer
      gatherBody(sent, answer, maxAnswer, () => new Answered('response too large'))
        .then((bytes) => resolve(readAnswer(statusCode, headers['content-type'], bytes.toString())))
        .catch(reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function isAddress(host: string): boolean {
  return /^[\d.]+$|^\[|:/.test(host)
}

function failureText(error: unknown, { url, address, servername }: Target): string {
  const { host, port } = { host: address?.host ?? url.hostname, port: address?.port ?? (url.port || '443') }
  return goNetworkError(error, { host, port, servername })
}
