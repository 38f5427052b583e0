import type { TestContext } from 'node:test'
import { createApi } from '../../../io/admin/api.js'
import { type AuthenticationOptions, createAuthentication } from '../../../io/admin/authenticate.js'
import type { Operation, Principal } from '../../../io/admin/operation.js'
import { selfOperations } from '../../../io/admin/self-operations.js'
import { startAdmin } from '../../../io/admin/server.js'
import type { AdminSettings } from '../../../io/admin/settings.js'
import { documented } from './documented.js'
import { createFakeTrail, type FakeTrail } from './fake-trail.js'

export interface FrameOptions extends Partial<Omit<AuthenticationOptions, 'settings'>> {
  readonly settings?: AdminSettings
  readonly trail?: FakeTrail
}

/** One of each role; the token of `NAME` is `tokenOf(NAME)`. */
export const PRINCIPALS: readonly Principal[] = [
  { name: 'root', role: 'admin', teams: [] },
  { name: 'eyes', role: 'auditor', teams: [] },
  { name: 'lead-of-red', role: 'team-lead', teams: ['red'] },
  { name: 'ann-of-red', role: 'developer', teams: ['red'], user: 'ann' },
]

export const tokenOf = (name: string) => `token-of-${name}-0123456789`

export const EVERY_ROLE: AdminSettings = {
  tokens: PRINCIPALS.map((principal) => ({ principal, token: tokenOf(principal.name) })),
  clients: [],
}

const NOBODY: AdminSettings = { tokens: [], clients: [] }

/** An admin port with some operations, whose every answer is held against its own document. */
export async function startFrame(t: TestContext, operations: readonly Operation[], options: FrameOptions = {}) {
  const { trail = createFakeTrail(), settings = NOBODY, loopback = true, ...more } = options
  const failures: unknown[] = []
  const all = [...operations, ...selfOperations(operations, '1.2.3')]
  const failed = (error: unknown) => void failures.push(error)
  const api = createApi({
    operations: all,
    authenticate: createAuthentication({ ...more, loopback, settings: () => settings }),
    trail,
    failed,
  })
  const admin = await startAdmin({
    host: '127.0.0.1',
    port: 0,
    metrics: { text: async () => 'up 1\n', contentType: 'text/plain' },
    readiness: () => [],
    api,
    failed,
  })
  t.after(admin.close)
  const own = await startOwn(all)
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${admin.url}${path}`, init)
    const text = await response.text()
    const { status, headers } = response
    const method = init.method ?? 'GET'
    const type = headers.get('content-type') ?? ''
    if (method !== 'HEAD') own.check({ method, path: path.split('?')[0] ?? '', status, type, body: text })
    return { status, headers, text, json: () => JSON.parse(text) }
  }
  const as = (name: string, init: RequestInit = {}): RequestInit => ({
    ...init,
    headers: { ...Object(init.headers), authorization: `Bearer ${tokenOf(name)}` },
  })
  const post = (path: string, body: unknown, init: RequestInit = {}) =>
    call(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
      headers: { 'content-type': 'application/json', ...Object(init.headers) },
    })
  return { admin, call, post, as, trail, failures }
}

/** The document is the same for everybody. */
async function startOwn(operations: readonly Operation[]) {
  const document = operations.find(({ id }) => id === 'getOpenApi')
  const principal: Principal = { name: 'x', role: 'admin', teams: [] }
  const task = { principal, parameters: {}, query: {}, body: undefined, headers: {}, note: () => {} }
  const answer = await document?.handle(task)
  return documented(JSON.parse(typeof answer?.body === 'string' ? answer.body : ''))
}
