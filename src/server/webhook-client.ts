import type { IncomingHttpHeaders } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import { setTimeout } from 'node:timers/promises'
import { stringifyJson } from '../codec/json.js'
import { gatherBody } from '../http/gather-body.js'
import { goNetworkError } from '../meta/go-network-error.js'
import { quoteGo } from '../meta/go-quote.js'
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

/** How often a webhook may ask to be asked later, as client-go's limit. */
const maxRetries = 10

/**
 * Asks until there is an answer, within the time there is. A webhook that is busy (429, 5xx) may say in Retry-After when to
 * come again; a kept connection that turns out to have been closed meanwhile is given up for a new one.
 */
async function post(target: Target, agent: Agent, body: string, timeoutSeconds: number): Promise<JsonObject> {
  const signal = AbortSignal.timeout(timeoutSeconds * 1000)
  for (let retries = 0; ; ) {
    const sending = send({ ...optionsFor(target, body), agent, signal }, body)
    const answer = await sending.catch((error: unknown) => {
      if (!(error instanceof StaleConnection)) throw error
      return send({ ...optionsFor(target, body), ...agent.options, agent: false, signal }, body)
    })
    const wait = retries < maxRetries ? retryAfterSeconds(answer) : undefined
    if (wait === undefined) return readAnswer(answer.code, answer.headers['content-type'], answer.text)
    retries++
    await setTimeout(wait * 1000, undefined, { signal, ref: false })
  }
}

function optionsFor({ url, address, servername }: Target, body: string): RequestOptions {
  return {
    method: 'POST',
    servername: isAddress(servername) ? '' : servername,
    host: address?.host ?? url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: address?.port ?? (url.port || 443),
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      'content-type': 'application/json',
      accept: 'application/json, */*',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'kube-apiserver-admission',
    },
  }
}

interface Sent {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

class StaleConnection extends Error {}

function send(options: RequestOptions, body: string): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      const { statusCode: code = 0, headers } = answer
      gatherBody(sent, answer, maxAnswer, () => new Answered('response too large'))
        .then((bytes) => resolve({ code, headers, text: bytes.toString() }))
        .catch(reject)
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(isStale ? new StaleConnection() : error)
    })
    sent.end(body)
  })
}

/** Undefined: it need not be asked again. */
function retryAfterSeconds({ code, headers }: Sent): number | undefined {
  const after = headers['retry-after']
  if ((code !== 429 && code < 500) || !after || !/^[+-]?\d{1,9}$/.test(after)) return undefined
  return Math.max(Number(after), 0)
}

function isAddress(host: string): boolean {
  return /^[\d.]+$|^\[|:/.test(host)
}

function failureText(error: unknown, { url, address, servername }: Target): string {
  const { host, port } = { host: address?.host ?? url.hostname, port: address?.port ?? (url.port || '443') }
  return goNetworkError(error, { host, port, servername })
}
