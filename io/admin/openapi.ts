import { z } from 'zod'
import type { Operation, OperationAnswer } from './operation.js'
import { namesIn } from './paths.js'

/** What of the document is not in the operations. */
export interface DocumentInfo {
  readonly version: string
}

type Json = Readonly<Record<string, unknown>>

/** What every answer that is no success says; the other members only where they mean something. */
const ERROR = z.object({
  error: z.string().meta({ description: 'What is wrong, for people' }),
  field: z.string().optional().meta({ description: 'The field at fault' }),
  roles: z.array(z.string()).optional().meta({ description: 'Who may do this' }),
  paths: z.array(z.string()).optional().meta({ description: 'What there is' }),
})

const REF_ERROR = { $ref: '#/components/schemas/Error' }

/**
 * The OpenAPI 3.1 document of some operations. `x-tollgate-roles` are the roles that may call one, `x-tollgate-effect` says whether it
 * changes anything and so is written into the trail.
 */
export function openApiOf(operations: readonly Operation[], { version }: DocumentInfo): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of operations) {
    const methods = paths[operation.path] ?? {}
    methods[operation.method.toLowerCase()] = describe(operation)
    paths[operation.path] = methods
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tollgate admin API',
      version,
      description:
        'Changes need `content-type: application/json` and are written into the trail before they are made. Where neither tokens nor clients are configured, and the port is on loopback, nobody need show anything.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { certificate: [] }, {}],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Error: schemaOf(ERROR, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'TOLLGATE_ADMIN_TOKEN, or a token of `admin.tokens`' },
        certificate: { type: 'mutualTLS', description: 'A certificate of one of `admin.clients`' },
      },
    },
  }
}

/** A schema as JSON Schema 2020-12, without what only its own document would have. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

function describe(operation: Operation): Json {
  const { id, summary, tag, roles, effect, path, query, body } = operation
  const parameters = [...namesIn(path).map(pathParameter), ...(query ? queryParameters(query) : [])]
  return {
    operationId: id,
    summary,
    tags: [tag],
    'x-tollgate-roles': roles,
    'x-tollgate-effect': effect,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: responsesOf(operation),
  }
}

function pathParameter(name: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string', minLength: 1 } }
}

function queryParameters(query: z.ZodType): readonly Json[] {
  const { properties, required } = schemaOf(query, 'input')
  const needed = Array.isArray(required) ? required : []
  return Object.entries(Object(properties)).map(([name, schema]) => {
    return { name, in: 'query', required: needed.includes(name), schema }
  })
}

function responsesOf(operation: Operation): Json {
  const own = Object.entries(operation.answers).map(([status, answer]) => [status, response(answer)] as const)
  const given = new Set(own.map(([status]) => status))
  const common = commonAnswers(operation)
    .filter(([status]) => !given.has(String(status)))
    .map(([status, description]) => [String(status), response({ description })] as const)
  return Object.fromEntries([...own, ...common])
}

/** What the frame itself answers. */
function commonAnswers({ method, effect, query, body }: Operation): readonly (readonly [number, string])[] {
  const changes = method === 'POST' || method === 'PATCH'
  return [
    ...(query || body ? [[400, 'A field is wrong: `field` says which'] as const] : []),
    [401, 'The token is missing or wrong, or the certificate has no name that is known'],
    [403, 'The role may not do this: `roles` may'],
    ...(body ? [[413, 'The body is too long'] as const] : []),
    ...(changes ? [[415, 'The content-type is not application/json'] as const] : []),
    [500, 'A defect; the log says where'],
    [503, effect === 'changes' ? 'The trail or a store cannot be written' : 'A store does not answer'],
  ]
}

function response({ description, json, types = [] }: OperationAnswer): Json {
  const schema = json ? schemaOf(json, 'output') : types.length === 0 ? REF_ERROR : undefined
  const content = {
    ...(schema && { 'application/json': { schema } }),
    ...Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])),
  }
  return { description, content }
}
