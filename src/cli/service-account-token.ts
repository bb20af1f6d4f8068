import { request } from 'node:https'

/** Where a server is, and the client certificate to ask it with; PEM. */
export interface AdminAccess {
  readonly server: URL
  readonly ca: string
  readonly cert: string
  readonly key: string
}

const answerTimeout = 10_000

/** Asks a running server for a token of a service account. `duration`: milliseconds. @throws Error in one line */
export async function requestToken(
  access: AdminAccess,
  account: { readonly namespace: string; readonly name: string },
  duration: number,
): Promise<string> {
  const { server } = access
  const path = `/api/v1/namespaces/${encodeURIComponent(account.namespace)}/serviceaccounts/${encodeURIComponent(account.name)}/token`
  const spec = { expirationSeconds: Math.floor(duration / 1000) }
  const text = await post(access, new URL(path, server), JSON.stringify({ spec }))
  const answer = JSON.parse(text) as { message?: string; status?: { token?: string } }
  if (answer.status?.token === undefined) throw new Error(`${server.origin}: ${answer.message ?? 'no token was given'}`)
  return answer.status.token
}

function post({ ca, cert, key }: AdminAccess, url: URL, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new Error(`no answer from ${url.origin}: ${error.message}`))
    const headers = { 'content-type': 'application/json' }
    const sent = request(url, { method: 'POST', ca, cert, key, headers, timeout: answerTimeout }, async (response) => {
      let text = ''
      try {
        for await (const part of response.setEncoding('utf8')) text += part
        resolve(text)
      } catch (error) {
        failed(error as Error)
      }
    })
    sent.on('timeout', () => sent.destroy(new Error(`nothing within ${answerTimeout / 1000}s`)))
    sent.on('error', failed).end(body)
  })
}
