import type { IncomingMessage, ServerResponse } from 'node:http'
import { match, type ParamData } from 'path-to-regexp'
import { stringifyJson } from '../../codec/json.js'
import { readAnyBody } from '../../http/any-body.js'
import type { Streams } from '../../http/streams.js'
import { errors } from '../../meta/status.js'
import type { UserInfo } from '../../meta/user.js'
import type { Client } from '../../reconcile/client.js'
import { ResourceClient } from '../../reconcile/resource-client.js'
import { isStreamedAnswer } from '../../registry/streamed-answer.js'
import type {
  Extension,
  ExtensionAnswer,
  ExtensionContext,
  ExtensionHandler,
  ExtensionRequest,
  ExtensionRouter,
} from './extension.js'

/** One request on its way to an extension. */
export interface ExtensionCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Behind `/wukong/<name>`, as it was sent, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly user: UserInfo
  /** Makes requests as who is calling. */
  readonly client: Client
}

interface Route {
  readonly method: string
  readonly params: (path: string) => false | { params: ParamData }
  readonly handler: ExtensionHandler
}

/** An extension with its routes. */
export class ServedExtension {
  private constructor(
    readonly name: string,
    private readonly routes: readonly Route[],
    private readonly streams: Streams,
  ) {}

  /** @throws Error that begins with the name of the extension */
  static async of(extension: Extension, context: ExtensionContext, streams: Streams): Promise<ServedExtension> {
    const routes: Route[] = []
    const add = (method: string) => (path: string, handler: ExtensionHandler) => {
      routes.push({ method, params: match(path), handler })
    }
    const router: ExtensionRouter = {
      get: add('GET'),
      post: add('POST'),
      put: add('PUT'),
      patch: add('PATCH'),
      delete: add('DELETE'),
    }
    try {
      await extension.register(router, context)
    } catch (error) {
      throw new Error(`${extension.name}: register: ${(error as Error).message}`, { cause: error })
    }
    return new ServedExtension(extension.name, routes, streams)
  }

  /** Answers, or begins to. @throws StatusError before anything is sent */
  async handle(call: ExtensionCall): Promise<void> {
    const { request, response, path, query, user, client } = call
    const { params, handler } = this.find(request.method === 'HEAD' ? 'GET' : (request.method ?? ''), path || '/')
    const signal = this.streams.signalOf(response)
    const asked: ExtensionRequest = {
      method: request.method ?? '',
      params,
      query,
      headers: request.headers,
      user,
      signal,
      body: await readAnyBody({ request }),
      resources: (ref) => new ResourceClient(client, ref),
    }
    this.answer(response, await handler(asked), signal)
  }

  /** @throws StatusError NotFound, MethodNotAllowed */
  private find(method: string, path: string): Pick<Route, 'handler'> & Pick<ExtensionRequest, 'params'> {
    let known = false
    for (const route of this.routes) {
      const found = route.params(path)
      if (!found) continue
      known = true
      if (route.method === method) return { params: found.params as ExtensionRequest['params'], handler: route.handler }
    }
    throw known ? errors.methodNotAllowed() : errors.unknownPath()
  }

  private answer(response: ServerResponse, answer: ExtensionAnswer, signal: AbortSignal): void {
    if (response.destroyed) return
    if (answer === undefined) {
      response.writeHead(204).end()
      return
    }
    if (isStreamedAnswer(answer)) {
      this.streams.begin(response, answer, signal)
      return
    }
    const [type, body] =
      typeof answer === 'string' ? ['text/plain; charset=utf-8', answer] : ['application/json', stringifyJson(answer)]
    const bytes = Buffer.from(body)
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': bytes.length }).end(bytes)
  }
}
