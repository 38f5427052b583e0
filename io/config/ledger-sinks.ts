import { z } from 'zod'
import type { BatchSettings, SinkSettings } from '../billing/sinks/settings.js'
import { byShape } from './by-shape.js'
import { keyed, section } from './maps.js'
import { redisPrefix, URL_WANTED, urlFault } from './store.js'
import { listed } from './suggest.js'
import { uniqueNames } from './unique-names.js'
import { baseUrl, duration, flag, integer, size, text } from './values.js'

/** What the sinks cannot know by themselves. */
export interface SinkSurroundings {
  /** TOLLGATE_REDIS_URL: what `url` is when the file has none. */
  readonly redisUrl: string | undefined
  /** The absolute path of a file of certificates, or what is wrong with it. */
  certificates(
    path: string,
  ): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string }
}

/** The kinds of sinks. */
export const SINK_KINDS = ['redis', 'postgres', 'clickhouse', 's3'] as const
type SinkKind = (typeof SINK_KINDS)[number]

const MOST_SINKS = 16
/** What reports are made from is fed as a sink, too. */
const OWN = 'spend'
const KIB = 1024
const MIB = 1024 * KIB

/** `ledger.sinks`: where the rows of the ledger go beside its files; none by default. */
export function ledgerSinks(surroundings: SinkSurroundings) {
  return z
    .array(sink(surroundings), { error: 'must be a list of sinks, each { name: ..., kind: ... }' })
    .refine((sinks) => sinks.length <= MOST_SINKS, { error: `must have at most ${MOST_SINKS} sinks` })
    .superRefine(uniqueNames('sink'))
}

function sink(surroundings: SinkSurroundings) {
  return byShape<SinkSettings>((input) => {
    const kind: unknown = input instanceof Map ? input.get('kind') : undefined
    const found = SINK_KINDS.find((known) => known === kind)
    return found === undefined ? ofNoKind() : sinkOfKind(found, surroundings)
  })
}

function ofNoKind(): z.ZodType<SinkSettings> {
  return z.unknown().transform((input, context) => {
    const message =
      input instanceof Map ? `must be the kind of a sink: ${listed(SINK_KINDS)}` : 'must be a map with name and kind'
    context.addIssue({ code: 'custom', path: input instanceof Map ? ['kind'] : [], message })
    return z.NEVER
  })
}

/** What one sink of a kind is. */
export function sinkOfKind(kind: SinkKind, surroundings: SinkSurroundings): z.ZodType<SinkSettings> {
  switch (kind) {
    case 'redis':
      return redis(surroundings)
    case 'postgres':
      return postgres(surroundings)
    case 'clickhouse':
      return clickhouse(surroundings)
    case 's3':
      return s3()
  }
}

function common<const Kind extends SinkKind>(kind: Kind, deadline: number) {
  const name = '1 to 64 of a-z A-Z 0-9 . _ -'
  return {
    name: text(name)
      .regex(/^[A-Za-z0-9._-]{0,64}$/, { error: `must be ${name}` })
      .refine((written) => written !== OWN, {
        error: `must not be ${OWN}, which is what Tollgate's own sink is called`,
      }),
    kind: z.literal(kind),
    deadline: duration(100).default(deadline),
  }
}

function batch() {
  return section({
    rows: integer(1, 10_000).default(1000),
    bytes: size(KIB, 16 * MIB).default(MIB),
    age: duration(0).default(1000),
  }).transform((settings): BatchSettings => settings)
}

function redis({ redisUrl }: SinkSurroundings) {
  return keyed({
    ...common('redis', 5_000),
    url: z.string({ error: URL_WANTED }).optional(),
    prefix: redisPrefix().default('tollgate'),
    maxLength: integer(1, 1_000_000_000).optional(),
    batch: batch(),
  }).transform(({ url = redisUrl, ...settings }, context): SinkSettings => {
    const fault =
      url === undefined ? `${URL_WANTED}, or the environment variable TOLLGATE_REDIS_URL be set` : urlFault(url)
    if (url !== undefined && fault === undefined) return { ...settings, url }
    context.addIssue({ code: 'custom', path: ['url'], message: fault ?? URL_WANTED })
    return z.NEVER
  })
}

function postgres({ certificates }: SinkSurroundings) {
  const error = 'must be a URL such as postgres://USER:PASSWORD@HOST:5432/DATABASE, special characters written as %XX'
  return keyed({
    ...common('postgres', 10_000),
    url: z.string({ error }).refine(isPostgresUrl, { error: `${error}, with nothing behind the database's name` }),
    table: identifiers(2).default('tollgate_ledger'),
    create: flag().default(true),
    tls: section({
      mode: z.enum(['verify', 'off'], { error: `must be ${listed(['verify', 'off'])}` }).default('verify'),
      caFile: pemFile(certificates).optional(),
    }).superRefine(({ mode, caFile }, context) => {
      if (mode === 'verify' || caFile === undefined) return
      context.addIssue({ code: 'custom', path: ['caFile'], message: 'has no use with mode: off' })
    }),
    batch: batch(),
  }).transform((settings): SinkSettings => settings)
}

function isPostgresUrl(written: string): boolean {
  if (!/^postgres(ql)?:\/\/[^\s/?#]/.test(written) || /[\s\\?#]/.test(written) || !URL.canParse(written)) return false
  const { hostname, pathname, username, password } = new URL(written)
  return hostname !== '' && !pathname.slice(1).includes('/') && [username, password, pathname].every(isDecodable)
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

function clickhouse({ certificates }: SinkSurroundings) {
  return keyed({
    ...common('clickhouse', 15_000),
    url: baseUrl(),
    user: text('the name of a user').default('default'),
    password: z.string({ error: 'must be a password' }).default(''),
    database: identifiers(1).default('default'),
    table: identifiers(1).default('tollgate_ledger'),
    create: flag().default(true),
    tls: section({ caFile: pemFile(certificates).optional() }),
    batch: batch(),
  })
    .superRefine(({ url, tls }, context) => {
      if (tls.caFile === undefined || url.startsWith('https:')) return
      context.addIssue({ code: 'custom', path: ['tls', 'caFile'], message: 'has no use with an http:// url' })
    })
    .transform(({ tls: { caFile }, ...settings }): SinkSettings => ({ ...settings, caFile }))
}

function s3() {
  const bucket = 'the name of a bucket: 3 to 63 of a-z 0-9 . -'
  const region = 'a region such as eu-central-1'
  const prefix = 'a prefix of A-Z a-z 0-9 ! _ . * ( ) - and single slashes between, none at either end'
  const key = 'a key of printable ASCII characters without spaces'
  const secret = () => text(key).regex(/^[\x21-\x7e]*$/, { error: `must be ${key}` })
  return keyed({
    ...common('s3', 60_000),
    bucket: text(bucket).regex(/^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/, { error: `must be ${bucket}` }),
    region: text(region).regex(/^[a-z0-9-]{0,64}$/, { error: `must be ${region}` }),
    endpoint: baseUrl().optional(),
    prefix: z
      .string({ error: `must be ${prefix}` })
      .regex(/^([A-Za-z0-9!_.*()-]+(\/[A-Za-z0-9!_.*()-]+)*)?$/, { error: `must be ${prefix}` })
      .max(256, { error: 'must have at most 256 characters' })
      .default('tollgate-ledger'),
    every: duration(60_000).default(300_000),
    accessKeyId: secret().optional(),
    secretAccessKey: secret().optional(),
    sessionToken: secret().optional(),
    profile: text('the name of a profile').optional(),
  })
    .superRefine(checkS3)
    .transform((settings): SinkSettings => {
      const { accessKeyId, secretAccessKey, sessionToken, ...rest } = settings
      if (accessKeyId === undefined || secretAccessKey === undefined) return rest
      return { ...rest, keys: { accessKeyId, secretAccessKey, sessionToken } }
    })
}

interface S3Written {
  readonly prefix: string
  readonly every: number
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
  readonly sessionToken?: string | undefined
  readonly profile?: string | undefined
}

function checkS3(written: S3Written, context: z.core.$RefinementCtx): void {
  const { accessKeyId, secretAccessKey, sessionToken, profile, prefix, every } = written
  const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
  if (accessKeyId !== undefined && secretAccessKey === undefined)
    refuse('secretAccessKey', 'must be there with accessKeyId')
  if (secretAccessKey !== undefined && accessKeyId === undefined)
    refuse('accessKeyId', 'must be there with secretAccessKey')
  if (sessionToken !== undefined && accessKeyId === undefined) refuse('sessionToken', 'has no use without accessKeyId')
  if (profile !== undefined && accessKeyId !== undefined) refuse('profile', 'has no use with accessKeyId')
  // Some stores, and URLs as they are commonly read, take these for the folder itself and the one above.
  if (prefix.split('/').some((part) => part === '.' || part === '..'))
    refuse('prefix', 'must not have . or .. as a part')
  if (86_400_000 % every !== 0) refuse('every', 'must divide a day, such as 1m, 5m, 15m, 1h or 24h')
}

/** Names of up to so many parts, with dots between. */
function identifiers(most: 1 | 2) {
  const one = '1 to 50 of a-z A-Z 0-9 _, not beginning with a digit'
  const what = most === 1 ? one : `TABLE or SCHEMA.TABLE, each ${one}`
  const part = '[A-Za-z_][A-Za-z0-9_]{0,49}'
  const pattern = most === 1 ? new RegExp(`^(${part})?$`) : new RegExp(`^(${part}(\\.${part})?)?$`)
  return text(what).regex(pattern, { error: `must be ${what}` })
}

function pemFile(certificates: SinkSurroundings['certificates']) {
  return text('the path of a PEM file of certificates').transform((path, context) => {
    const read = certificates(path)
    if (read.ok) return read.path
    context.addIssue({ code: 'custom', message: read.message })
    return z.NEVER
  })
}
