import type { CommandLine } from './command-line.js'
import { UsageError } from './failure.js'

const several = { type: 'string', multiple: true } as const

/** The options that say what a key is bound to. */
export const BOUND_OPTIONS = {
  model: several,
  network: several,
  tag: several,
  budget: several,
  expires: { type: 'string' },
} as const

/** What can be taken away from a key, and what the admin API calls it. */
const CLEARED: Readonly<Record<string, string>> = {
  models: 'models',
  networks: 'networks',
  tags: 'tags',
  budgets: 'budgets',
  expires: 'expiresAt',
}

type Json = Readonly<Record<string, unknown>>

/** What a command line binds a key to, as the admin API takes it. Throws `UsageError`. */
export function boundsIn(line: CommandLine): Json {
  const lists = {
    models: line.texts('model'),
    networks: line.texts('network'),
    budgets: line.texts('budget').map(budgetIn),
  }
  const given = Object.entries(lists).filter(([, list]) => list.length > 0)
  const tags = line.texts('tag').map(tagIn)
  const expires = line.text('expires')
  return {
    ...Object.fromEntries(given),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
    ...(expires !== undefined && { [/^\d+[smhd]$/.test(expires) ? 'expiresIn' : 'expiresAt']: expires }),
  }
}

/** What a command line takes away from a key. Throws `UsageError`. */
export function clearedIn(names: readonly string[]): Json {
  const cleared = names.map((name) => {
    const member = Object.hasOwn(CLEARED, name) ? CLEARED[name] : undefined
    if (member === undefined) throw new UsageError(`--clear takes ${Object.keys(CLEARED).join(', ')}, not '${name}'`)
    return [member, null]
  })
  return Object.fromEntries(cleared)
}

/** What a key is bound to, for people. */
export function boundsOf(key: {
  readonly models?: readonly string[] | undefined
  readonly networks?: readonly string[] | undefined
  readonly budgets?: readonly Json[] | undefined
}): string {
  const budgets = key.budgets?.map((budget) => {
    const unit = ['usd', 'tokens', 'requests'].find((name) => budget[name] !== undefined) ?? 'usd'
    return `${budget[unit]}${unit}/${budget['per']}`
  })
  const parts = [...(key.models ?? []), ...(key.networks ?? []), ...(budgets ?? [])]
  return parts.join(' ') || '-'
}

/** `10usd/month`, `1000requests/day`, with `@Europe/Berlin` for a time zone. */
function budgetIn(text: string): Json {
  const [, amount = '', unit = '', per, timeZone] = /^([\d.]+)(usd|tokens|requests)\/(\w+)(?:@(\S+))?$/.exec(text) ?? []
  if (per === undefined)
    throw new UsageError(`--budget is AMOUNT and unit per period such as 10usd/month, not '${text}'`)
  return { [unit]: unit === 'usd' ? amount : Number(amount), per, ...(timeZone !== undefined && { timeZone }) }
}

function tagIn(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--tag is NAME=VALUE, not '${text}'`)
  return [text.slice(0, at), text.slice(at + 1)]
}
