import { z } from 'zod'
import type { Endpoints } from '../../core/endpoint.js'
import type { GatewayError } from '../../core/errors.js'
import type { Identity } from '../../core/identity.js'
import type { Settings } from '../../core/settings.js'
import type { Rule } from '../../policies/budget/rules.js'
import { json, type Operation, ROLES } from '../admin/operation.js'
import { instant } from '../admin/query-values.js'
import { isEverything, seesUser } from '../admin/scope.js'
import { operation } from '../admin/typed-operation.js'
import { AS } from './as.js'
import { explained, identityAs } from './ask.js'
import { EXPLANATION } from './shape.js'
import { withheld } from './withheld.js'

export interface ExplainOperationsOptions {
  /** In force. */
  settings(): Settings
  rules(): readonly Rule[]
  readonly endpoints: Endpoints
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * Who a request with a virtual key would be, besides what the gateway in front establishes; the error that it would get, or undefined
   * where there is no such key. Rejects where the store of keys does not answer.
   */
  byKey(id: string, established: Identity): Promise<ByKey | undefined>
}

export type ByKey = {
  /** Whose key it is, let in or not. */
  readonly owner: Identity
} & (
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly error: GatewayError }
)

/** So many bytes of a request are read. */
const MOST_BODY = 4 * 1024 * 1024

const QUESTION = z.strictObject({
  request: z
    .union([z.string(), z.record(z.string(), z.unknown())], {
      error: 'must be the body of a request, as an object or as text',
    })
    .meta({ description: 'The body of a request, as JSON or as its text; its content goes nowhere' }),
  path: z
    .string()
    .regex(/^\/[^\s#]{1,1000}$/, { error: 'must be a path that clients call' })
    .default('/v1/chat/completions')
    .meta({ description: 'The path that the client would call: it tells the API' }),
  as: AS.prefault({}),
  at: instant().optional().meta({ description: 'When it would arrive; now unless said' }),
})

/** `POST /explain`: what would become of a request. Of others' budgets no amounts are told. */
export function explainOperations(options: ExplainOperationsOptions): readonly Operation[] {
  const { endpoints } = options
  return [
    operation({
      method: 'POST',
      path: '/explain',
      id: 'explainRequest',
      summary: 'What would become of a request, and why; nobody is called and nothing is counted',
      tag: 'explain',
      roles: ROLES,
      effect: 'reads',
      mostBody: MOST_BODY,
      body: QUESTION,
      answers: {
        200: { description: 'What would become of it', json: EXPLANATION },
        403: { description: 'The caller may not ask for whom the request would be' },
        404: { description: 'There is no such key' },
        503: { description: 'The store of virtual keys does not answer' },
      },
      async handle({ principal, body: { request, path, as, at = options.now() } }) {
        const established = identityAs(as)
        const key =
          as.key === undefined ? undefined : await options.byKey(as.key, established).catch(() => 'down' as const)
        if (key === 'down') return json(503, { error: 'the store of virtual keys does not answer' })
        const owner = key?.owner ?? established
        if (!seesUser(principal, owner)) {
          if (as.key !== undefined) return json(404, { error: 'there is no such key' })
          return json(403, { error: 'a request may be explained only for who is within your scope' })
        }
        if (as.key !== undefined && key === undefined && !isEverything(principal)) {
          return json(404, { error: 'there is no such key' })
        }
        if (key?.kind === 'refused') {
          const { status, code, message } = key.error
          return json(
            200,
            refusedByKey({ at, path, version: options.settings().version, owner }, { status, code, message }),
          )
        }
        const text = typeof request === 'string' ? request : JSON.stringify(request)
        const asked = { path, body: text, identity: key?.identity ?? established, at }
        const explanation = await explained(asked, { settings: options.settings(), endpoints })
        return json(200, withheld(explanation, principal, options.rules()))
      },
    }),
  ]
}

/** Such a request does not get as far as being read. */
function refusedByKey(
  {
    at,
    path,
    version,
    owner,
  }: { readonly at: number; readonly path: string; readonly version: string; readonly owner: Identity },
  error: { readonly status: number; readonly code: string; readonly message: string },
) {
  const known = { at: new Date(at).toISOString(), path: path.replace(/\?.*$/, ''), version, identity: owner }
  return { ...known, steps: [], chain: [], leftOut: [], outcome: { kind: 'refused', ...error } }
}
