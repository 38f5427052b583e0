import { z } from 'zod'
import { askAdmin, PLACE_OPTIONS, placeOf } from './admin-client.js'
import { readArguments } from './command-line.js'
import type { Environment } from './configuration.js'
import { UsageError } from './failure.js'
import { queryOf } from './query.js'
import { table } from './table.js'

const NAMES = ['from', 'to', 'principal', 'operation', 'limit'] as const

const ANSWER = z.object({
  entries: z.array(
    z.looseObject({
      at: z.string(),
      principal: z.string().nullable(),
      role: z.string().nullable(),
      operation: z.string(),
      parameters: z.record(z.string(), z.string()),
      fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      status: z.number().nullable(),
      address: z.string(),
    }),
  ),
  truncated: z.boolean(),
})

/** `tollgate trail`: who changed what by the admin API of the running Tollgate. Returns the exit code. */
export async function trail(args: readonly string[], env: Environment): Promise<number> {
  const texts = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' as const }]))
  const line = readArguments(args, { ...PLACE_OPTIONS, ...texts, json: { type: 'boolean' } })
  const [extra] = line.positionals
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`)
  const query = queryOf(NAMES.map((name) => [name, line.text(name)]))
  const answer = await askAdmin(placeOf(line, env), { path: `/trail${query}` }, ANSWER)
  if (line.has('json')) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
  else process.stdout.write(`${tableOf(answer.entries)}\n`)
  if (answer.truncated && !line.has('json'))
    process.stderr.write('tollgate: there are earlier ones: say --from and --to\n')
  return 0
}

function tableOf(entries: z.infer<typeof ANSWER>['entries']): string {
  if (entries.length === 0) return 'nothing was changed'
  const cells = entries.map(({ at, principal, role, operation, parameters, fields, status, address }) => {
    const details = Object.entries({ ...parameters, ...fields }).map(([name, value]) => `${name}=${value}`)
    return [at, principal ?? '-', role ?? '-', operation, String(status ?? '?'), address, details.join(' ')]
  })
  return table([['time', 'principal', 'role', 'operation', 'status', 'from', 'details'], ...cells])
}
