import { readFileSync } from 'node:fs'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { z } from 'zod'
import type { CommandLine } from './command-line.js'
import { addresses, type Environment } from './configuration.js'
import { Failure, reasonOf } from './failure.js'
import { checkPortVariables, urlOf } from './ports.js'
import { printable } from './table.js'

/** Where the admin port of a running Tollgate is, and what is shown there. */
export interface AdminPlace {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string
  /** PEM texts. */
  readonly tls: { readonly cert?: string; readonly key?: string; readonly ca?: string }
}

/** What the admin API is asked. */
export interface Question {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With the query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** How long the answer may take, in milliseconds; 10 s unless said. */
  readonly deadline?: number
}

/** The options of commands that call the admin API. */
export const PLACE_OPTIONS = {
  url: { type: 'string' },
  cert: { type: 'string' },
  'cert-key': { type: 'string' },
  ca: { type: 'string' },
} as const

/** How long the running Tollgate may take to answer, in milliseconds. */
const DEADLINE = 10_000

const REFUSED = z.object({ error: z.string() })

/** Where a command line and the environment say that the admin port is. Throws `Failure` for what cannot be used. */
export function placeOf(line: Pick<CommandLine, 'text'>, env: Environment): AdminPlace {
  const given = line.text('url')
  if (given === undefined) checkPortVariables(env)
  const { bind, adminPort } = addresses(env)
  const pem = (name: 'cert' | 'key' | 'ca', option: string = name) => {
    const path = line.text(option)
    return path === undefined ? {} : { [name]: readPem(path, option) }
  }
  return {
    url: given === undefined ? urlOf(bind, adminPort) : checkedUrl(given),
    token: (env['TOLLGATE_ADMIN_TOKEN'] ?? '').trim(),
    tls: { ...pem('cert'), ...pem('key', 'cert-key'), ...pem('ca') },
  }
}

/** Asks the admin API and reads its JSON. Throws `Failure` with one line where that does not work. */
export async function askAdmin<T>(place: AdminPlace, question: Question, answers: z.ZodType<T>): Promise<T> {
  const text = await askAdminText(place, question)
  const read = answers.safeParse(jsonIn(text))
  if (!read.success) throw new Failure(`what listens on ${place.url} is not the admin port of this version of Tollgate`)
  return read.data
}

/** The same, for an answer that is passed on as it is. */
export async function askAdminText(place: AdminPlace, question: Question): Promise<string> {
  const { status, text } = await ask(place, question)
  if (status === 401) {
    const advice =
      place.token === '' ? 'set TOLLGATE_ADMIN_TOKEN to it' : 'TOLLGATE_ADMIN_TOKEN is not the one that it has'
    throw new Failure(`${place.url} wants a token: ${advice}`)
  }
  if (status >= 200 && status < 300) return text
  const refused = REFUSED.safeParse(jsonIn(text))
  throw new Failure(refused.success ? printable(refused.data.error) : `${place.url} answered ${status}`)
}

interface Told {
  readonly status: number
  readonly text: string
}

async function ask(place: AdminPlace, question: Question): Promise<Told> {
  const { deadline = DEADLINE } = question
  const signal = AbortSignal.timeout(deadline)
  try {
    return await send(place, question, signal)
  } catch (error) {
    if (signal.aborted) throw new Failure(`${place.url} did not answer within ${deadline / 1000} s`)
    const why = place.url.startsWith('https:') ? ` (${printable(reasonOf(error))})` : ''
    const where = 'TOLLGATE_BIND and TOLLGATE_ADMIN_PORT, or --url, say where'
    throw new Failure(`nothing answers on ${place.url}${why}: is Tollgate running there? (${where})`)
  }
}

/** Redirects are not followed: the token is for this address and no other. */
function send({ url, token, tls }: AdminPlace, question: Question, signal: AbortSignal): Promise<Told> {
  const { method = 'GET', path } = question
  const body = question.body === undefined ? undefined : JSON.stringify(question.body)
  const headers = {
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  }
  const options = { method, headers, signal }
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject)
    }
    const target = new URL(`${url}${path}`)
    const sent =
      target.protocol === 'https:'
        ? tlsRequest(target, { ...options, ...tls, agent: false }, take)
        : plainRequest(target, { ...options, agent: false }, take)
    sent.on('error', reject)
    sent.end(body)
  })
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function checkedUrl(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '') {
    return url.href.replace(/\/+$/, '')
  }
  throw new Failure('--url must be a URL such as https://tollgate.example.com:9090, without credentials')
}

function readPem(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure(`--${name} cannot be read: ${reasonOf(error)}`)
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
