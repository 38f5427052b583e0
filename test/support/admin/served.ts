import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { stringify } from 'yaml'
import { serve } from '../../../cli/serve.js'
import type { JsonObject } from '../../../core/json.js'
import { freePort } from '../free-port.js'
import { type Documented, documented } from './documented.js'
import { PRINCIPALS, tokenOf } from './frame.js'

/** A whole Tollgate without a gateway before it. */
export interface Served {
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  readonly stateDir: string
  readonly document: Documented
  /** The OpenAPI document itself. */
  readonly openapi: unknown
  /** Calls the admin API and holds the answer against the document. */
  call(path: string, init?: CallInit): Promise<Called>
}

export interface CallInit {
  readonly method?: string
  /** The name of a principal, or a whole token. */
  readonly as?: string
  readonly token?: string
  readonly body?: unknown
}

export interface Called {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  json(): unknown
}

/** The configuration of a Tollgate with a token for each role. */
export function everyRole(settings: JsonObject = {}): string {
  const tokens = PRINCIPALS.map(({ teams, ...who }) => {
    return { ...who, token: tokenOf(who.name), ...(teams.length > 0 && { teams: [...teams] }) }
  })
  return stringify({
    version: 1,
    providers: { local: { kind: 'compatible', baseUrl: 'http://127.0.0.1:9/v1' } },
    models: { gpt: { targets: [{ provider: 'local', model: 'm' }] } },
    identity: { headers: { user: 'x-user', team: 'x-team' }, address: 'gateway' },
    budgets: [{ name: 'per-team', each: 'team', limit: { usd: 10, per: 'day' } }],
    keys: {},
    admin: { tokens },
    ...settings,
  })
}

/** Starts Tollgate in this process, until the test ends. */
export async function startServed(t: TestContext, config: string, env: Record<string, string> = {}): Promise<Served> {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-'))
  const configPath = join(dir, 'tollgate.yaml')
  await writeFile(configPath, config)
  const own = {
    TOLLGATE_STATE_DIR: join(dir, 'state'),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
    TOLLGATE_EXTPROC_ADDRESS: `unix:${join(dir, 'extproc.sock')}`,
    ...env,
  }
  const running = await serve({ configPath, logFile: join(dir, 'tollgate.log'), env: own })
  t.after(async () => {
    await running.stop()
    await rm(dir, { recursive: true, force: true })
  })
  const { adminUrl: url } = running

  const send = async (path: string, { method = 'GET', as, token, body }: CallInit): Promise<Called> => {
    const shown = token ?? (as === undefined ? undefined : tokenOf(as))
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(shown !== undefined && { authorization: `Bearer ${shown}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
  }
  const openapi = (await send('/openapi.json', { as: 'root' })).json()
  const document = documented(openapi)
  return {
    url,
    env: own,
    stateDir: own.TOLLGATE_STATE_DIR,
    document,
    openapi,
    async call(path, init = {}) {
      const answer = await send(path, init)
      const type = answer.headers.get('content-type') ?? ''
      const [plain = ''] = path.split('?')
      document.check({ method: init.method ?? 'GET', path: plain, status: answer.status, type, body: answer.text })
      return answer
    },
  }
}
