import type { Caller } from '../core/caller.js'
import type { Clock } from '../core/clock.js'
import { isObject, type JsonObject, type JsonValue } from '../core/json.js'
import { rememberNonces } from '../core/nonces.js'
import { CONTEXT_WINDOW, type ReadContext, readContext, type Sign } from '../core/signed-context.js'
import { equal, signWith } from './signing.js'

/** Why a request is not taken for one that the gateway sent. */
export type RefusalReason = Extract<ReadContext, { kind: 'refused' }>['reason'] | 'replayed'

export type Authenticated =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** Reads the context header's value. */
export type Authenticate = (context: string | undefined) => Authenticated

export interface AuthenticateOptions {
  /** A context signed with any of these is good, so that secrets can be changed while requests run. */
  readonly secrets: readonly string[]
  readonly clock: Clock
}

/** Tells from the signed context who is calling; each context is good once in this process, for `CONTEXT_WINDOW` around its time. */
export function authenticator({ secrets, clock }: AuthenticateOptions): Authenticate {
  const signers = secrets.map(signWith)
  const remember = rememberNonces(CONTEXT_WINDOW)
  return (value) => {
    const now = clock.now()
    const read = readWithAny(value, signers, now)
    if (read.kind === 'refused') return read
    if (!isCaller(read.context.content)) return { kind: 'refused', reason: 'malformed' }
    if (remember(read.context, now) === 'seen') return { kind: 'refused', reason: 'replayed' }
    return { kind: 'caller', caller: read.context.content }
  }
}

function readWithAny(value: string | undefined, signers: readonly Sign[], now: number): ReadContext {
  let read: ReadContext = { kind: 'refused', reason: 'forged' }
  for (const sign of signers) {
    read = readContext(value, { purpose: 'ingress', now, window: CONTEXT_WINDOW, sign, equal })
    if (read.kind === 'valid' || read.reason !== 'forged') return read
  }
  return read
}

type Check = (value: JsonValue) => boolean

/** Members that are there must be right; those that nobody knows are left as they are. */
const shaped =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (!isObject(value)) return false
    for (const name of Object.keys(members)) {
      const member = value[name]
      if (member !== undefined && !members[name]?.(member)) return false
    }
    return true
  }

const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isList: Check = (value) => Array.isArray(value) && value.every(isText)
const isRecord: Check = (value) => isObject(value) && Object.values(value).every((tag) => typeof tag === 'string')

const NAMED = shaped({ id: isText, name: isText })

const CALLER = shaped({
  consumer: shaped({ id: isText, username: isText, customId: isText }),
  credential: shaped({ id: isText }),
  groups: isList,
  route: NAMED,
  service: NAMED,
  address: isText,
  claims: isObject,
  overrides: shaped({ models: isList, policy: isText, tags: isRecord, strict: isFlag, guards: isText }),
})

const isCaller = (content: JsonObject): content is Caller & JsonObject => CALLER(content)
