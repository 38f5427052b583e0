import { z } from 'zod'
import { type AdminPlace, askAdmin, PLACE_OPTIONS, placeOf } from './admin-client.js'
import { type CommandLine, readArguments } from './command-line.js'
import type { Environment } from './configuration.js'
import { UsageError } from './failure.js'
import { BOUND_OPTIONS, boundsIn, boundsOf, clearedIn } from './key-bounds.js'
import { queryOf } from './query.js'
import { printable, table } from './table.js'

const KEY = z.looseObject({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  prefixes: z.array(z.looseObject({ prefix: z.string(), until: z.string().optional() })),
  user: z.string().optional(),
  team: z.string().optional(),
  models: z.array(z.string()).optional(),
  networks: z.array(z.string()).optional(),
  budgets: z.array(z.looseObject({ per: z.string() })).optional(),
  expiresAt: z.string().optional(),
})
const KEYS = z.object({ keys: z.array(KEY) })
const SHOWN = KEY.extend({ key: z.string() })
const DELETED = z.object({ deleted: z.string() })

type Key = z.infer<typeof KEY>

const OF_ISSUE = ['name', 'user', 'team', 'organization', 'role'] as const
const TEXTS = [...OF_ISSUE, 'state', 'overlap'] as const

/** The options that each action knows, besides those that all have. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  list: ['team', 'user', 'state'],
  issue: [...OF_ISSUE, ...Object.keys(BOUND_OPTIONS)],
  show: [],
  update: ['name', 'clear', ...Object.keys(BOUND_OPTIONS)],
  rotate: ['overlap'],
  revoke: [],
  delete: [],
}

const OPTIONS = {
  ...PLACE_OPTIONS,
  ...BOUND_OPTIONS,
  ...Object.fromEntries(TEXTS.map((name) => [name, { type: 'string' as const }])),
  clear: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const

/**
 * `tollgate keys`: the virtual keys of the running Tollgate. The text of a new key is alone on stdout, so that it can be piped;
 * everything else about it is on stderr. Returns the exit code.
 */
export async function keys(args: readonly string[], env: Environment): Promise<number> {
  const line = readArguments(args, OPTIONS)
  const [action = '', id, extra] = line.positionals
  const own = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (!own) throw new UsageError(`keys needs ${Object.keys(ACTIONS).join(', ')}`)
  const known = [...own, ...Object.keys(PLACE_OPTIONS), 'json']
  const misplaced = Object.keys(OPTIONS).find((name) => line.has(name) && !known.includes(name))
  if (misplaced !== undefined) throw new UsageError(`keys ${action} knows no '--${misplaced}'`)
  const unexpected = action === 'list' || action === 'issue' ? id : extra
  if (unexpected !== undefined) throw new UsageError(`unexpected argument '${unexpected}'`)
  const place = placeOf(line, env)
  if (action === 'list') return list(line, place)
  if (action === 'issue') return issue(line, place)
  if (id === undefined) throw new UsageError(`keys ${action} needs the ID of a key`)
  return withKey(action, line, place, `/keys/${encodeURIComponent(id)}`)
}

async function withKey(action: string, line: CommandLine, place: AdminPlace, path: string): Promise<number> {
  switch (action) {
    case 'rotate': {
      const overlap = line.text('overlap')
      const body = overlap === undefined ? {} : { overlap }
      return tellNew(line, await askAdmin(place, { method: 'POST', path: `${path}/rotate`, body }, SHOWN))
    }
    case 'revoke':
      return tell(line, await askAdmin(place, { method: 'POST', path: `${path}/revoke`, body: {} }, KEY))
    case 'update': {
      const name = line.text('name')
      const body = { ...(name !== undefined && { name }), ...boundsIn(line), ...clearedIn(line.texts('clear')) }
      if (Object.keys(body).length === 0) throw new UsageError('keys update needs something to change')
      return tell(line, await askAdmin(place, { method: 'PATCH', path, body }, KEY))
    }
    case 'delete': {
      const { deleted } = await askAdmin(place, { method: 'DELETE', path }, DELETED)
      process.stdout.write(`${printable(deleted)}: deleted\n`)
      return 0
    }
    default:
      return tell(line, await askAdmin(place, { path }, KEY))
  }
}

async function list(line: CommandLine, place: AdminPlace): Promise<number> {
  const query = queryOf((['team', 'user', 'state'] as const).map((name) => [name, line.text(name)]))
  const answer = await askAdmin(place, { path: `/keys${query}` }, KEYS)
  if (line.has('json')) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
  else
    process.stdout.write(
      `${answer.keys.length === 0 ? 'there are no keys' : table([HEAD, ...answer.keys.map(cells)])}\n`,
    )
  return 0
}

async function issue(line: CommandLine, place: AdminPlace): Promise<number> {
  const given = OF_ISSUE.flatMap((name) => {
    const value = line.text(name)
    return value === undefined ? [] : [[name, value]]
  })
  const body = { ...Object.fromEntries(given), ...boundsIn(line) }
  if (line.text('name') === undefined) throw new UsageError('keys issue needs --name NAME')
  return tellNew(line, await askAdmin(place, { method: 'POST', path: '/keys', body }, SHOWN))
}

/** The text goes where it can be piped from, and what is known of it where people see it. */
function tellNew(line: CommandLine, { key, ...rest }: z.infer<typeof SHOWN>): number {
  if (line.has('json')) {
    process.stdout.write(`${JSON.stringify({ ...rest, key }, null, 2)}\n`)
    return 0
  }
  process.stderr.write(`${table([HEAD, cells(rest)])}\nThe key is shown this once:\n`)
  process.stdout.write(`${printable(key)}\n`)
  return 0
}

function tell(line: CommandLine, key: Key): number {
  process.stdout.write(`${line.has('json') ? JSON.stringify(key, null, 2) : table([HEAD, cells(key)])}\n`)
  return 0
}

const HEAD = ['id', 'name', 'begins with', 'state', 'team', 'user', 'expires', 'bound to']

function cells(key: Key): readonly string[] {
  const { id, name, state, prefixes, team = '-', user = '-', expiresAt = '-' } = key
  return [id, name, prefixes.map(({ prefix }) => prefix).join(' ') || '-', state, team, user, expiresAt, boundsOf(key)]
}
