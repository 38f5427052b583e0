import { z } from 'zod'
import { argumentsOf, LuaError, luaString, oneString, type PdkCall } from './pdk-call.js'

/** `kong.client`, `kong.router` and what else of the request a plugin may read wherever it still is in Kong's own memory. */
export const LASTING: Readonly<Record<string, PdkCall>> = {
  'kong.client.get_consumer': (_, { exchange }) => exchange.auth.consumer?.entity,
  'kong.client.get_credential': (_, { exchange }) => exchange.auth.credential,
  'kong.router.get_route': (_, { exchange }) => exchange.match.route,
  'kong.router.get_service': (_, { exchange }) => exchange.match.service,
  'kong.ctx.shared.get': (args, { exchange }) => exchange.shared.get(argumentsOf(oneString, args)[0]),
  'kong.ctx.shared.set': (args, { exchange }) => {
    const [name, value] = argumentsOf(z.tuple([z.string(), z.unknown()]), [args[0], args[1]])
    exchange.shared.set(name, value ?? undefined)
  },
  'kong.request.get_header': (args, { exchange }) => {
    const [name] = argumentsOf(oneString, args)
    return exchange.headers.get(name) ?? exchange.headers.get(name.replaceAll('_', '-'))
  },
  'kong.request.get_headers': (_, { exchange }) => exchange.headers.toRecord(),
  'kong.node.get_id': (_, { gateway }) => gateway.nodeId,
  'kong.plugin.get_id': (_, { plugin }) => plugin.id,
}

/** What a plugin may read in the access phase besides. */
export const READING: Readonly<Record<string, PdkCall>> = {
  'kong.client.get_ip': (_, { exchange }) => exchange.request.ip,
  'kong.client.get_forwarded_ip': (_, { exchange }) => exchange.request.ip,
  'kong.client.get_port': (_, { exchange }) => exchange.request.port,
  'kong.client.get_forwarded_port': (_, { exchange }) => exchange.request.port,
  'kong.client.get_protocol': () => 'http',
  'kong.client.load_consumer': (args, { gateway }) => {
    const [wanted] = argumentsOf(oneString, args)
    return gateway.consumers.find(({ entity }) => entity.id === wanted || entity.username === wanted)?.entity
  },
  'kong.request.get_scheme': () => 'http',
  'kong.request.get_forwarded_scheme': () => 'http',
  'kong.request.get_host': (_, { exchange }) => exchange.request.host,
  'kong.request.get_forwarded_host': (_, { exchange }) => exchange.request.host,
  'kong.request.get_port': (_, { exchange }) => exchange.request.serverPort,
  'kong.request.get_forwarded_port': (_, { exchange }) => exchange.request.serverPort,
  'kong.request.get_http_version': (_, { exchange }) => Number(exchange.request.httpVersion),
  'kong.request.get_method': (_, { exchange }) => exchange.request.method,
  'kong.request.get_path': (_, { exchange }) => exchange.request.path,
  'kong.request.get_raw_path': (_, { exchange }) => exchange.request.rawPath,
  'kong.request.get_path_with_query': (_, { exchange: { request } }) =>
    request.query === '' ? request.path : `${request.path}?${request.query}`,
  'kong.request.get_raw_query': (_, { exchange }) => exchange.request.query,
  'kong.request.get_query': (_, { exchange }) => {
    const query = new URLSearchParams(exchange.request.query)
    return Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)]))
  },
  'kong.request.get_query_arg': (args, { exchange }) =>
    new URLSearchParams(exchange.request.query).get(argumentsOf(oneString, args)[0]) ?? undefined,
  'kong.request.get_raw_body': async (args, { exchange, gateway }) => {
    const [limit] = argumentsOf(z.tuple([z.number().optional()]), [args[0]])
    const body = await exchange.body.whole()
    if (body.length <= gateway.bodyBufferSize || limit === 0) return body
    if (limit !== undefined && limit > 0 && body.length <= limit) return body
    // Kong gives nil and an error, and then cannot pack the nil as bytes.
    throw new LuaError(`the body of ${body.length} bytes is on disk and may not be read from there`)
  },
  'kong.vault.get': (args, { gateway }) => gateway.resolve(argumentsOf(z.tuple([luaString]), args)[0]),
}
