import type Router from '@koa/router'
import type { Registry } from '../../registry/registry.js'
import type { Resource } from '../../registry/resource.js'
import type { Schema } from '../../schema/schema.js'
import type { ExtensionContext } from '../extension.js'
import { concisePath, preferredResources } from '../r/find-resource.js'

/** `/wukong/docs`: what `/wukong/openapi.json` says, for people. One page, without scripts. */
export function register(router: Router, { backend }: ExtensionContext): void {
  router.get('/', (ctx) => {
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    ctx.type = 'text/html; charset=utf-8'
    ctx.body = page(backend.registry)
  })
}

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
code, pre { font: 14px/1.4 ui-monospace, monospace; background: #f4f4f2; border-radius: 4px }
code { padding: .1em .3em } pre { padding: .8em; overflow: auto }
summary { cursor: pointer; padding: .2em 0 } table { border-collapse: collapse; width: 100% }
td { border-top: 1px solid #ddd; padding: .3em .6em .3em 0; vertical-align: top }`

function page(registry: Registry): string {
  const resources = preferredResources(registry)
  const groups = [...new Set(resources.map(({ group }) => group))]
  const section = (group: string) => {
    const own = resources.filter((resource) => resource.group === group)
    return `<h2>${html(group || 'core')}</h2>${own.map(describe).join('\n')}`
  }
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Wukong</title><style>${style}</style>
<h1>Wukong</h1>
<p>Every resource in concise JSON: its name, namespace and labels, the fields of its spec beside them, and its status.
The same as a document for programs: <a href="/wukong/openapi.json">openapi.json</a>.</p>
<pre>GET    /wukong/r/pizzas/default?where=status.cost&gt;10&amp;sort=-created&amp;fields=name,status.cost
GET    /wukong/r/pizzas/default?watch
POST   /wukong/r/pizzas/default           {"name": "funghi", "toppings": [{"name": "mushrooms"}]}
PATCH  /wukong/r/pizzas/default/funghi    {"labels": {"menu": "lunch"}}
DELETE /wukong/r/pizzas/default/funghi</pre>
${groups.map(section).join('\n')}
</html>`
}

function describe(resource: Resource): string {
  const { kind, version, namespaced } = resource
  const { spec, status, metadata: _m, apiVersion: _a, kind: _k, ...top } = version.schema.properties ?? {}
  const fields = [...Object.entries(top), ...Object.entries(spec?.properties ?? {})]
  const all = status ? [...fields, ['status', status] as const] : fields
  const path = `${concisePath(resource)}${namespaced ? '/&lt;namespace&gt;' : ''}/&lt;name&gt;`
  return `<details><summary><b>${html(kind)}</b> <code>${path}</code></summary>
<p>${html(version.schema.description ?? '')}</p><table>${all.map(([name, schema]) => row(name, schema)).join('')}</table></details>`
}

function row(name: string, schema: Schema): string {
  const type = schema.type === 'array' ? `${schema.items?.type ?? 'any'}[]` : (schema.type ?? 'any')
  return `<tr><td><code>${html(name)}</code></td><td>${html(type)}</td><td>${html(schema.description ?? '')}</td></tr>`
}

function html(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)
}
