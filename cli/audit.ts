import { z } from 'zod'
import { SUBJECT_MEMBERS } from '../io/audit/subject.js'
import { askAdmin, askAdminText, PLACE_OPTIONS, placeOf } from './admin-client.js'
import { type CommandLine, readArguments } from './command-line.js'
import type { Environment } from './configuration.js'
import { UsageError } from './failure.js'
import { queryOf } from './query.js'
import { table } from './table.js'

const WHO = SUBJECT_MEMBERS.map((member) => `[--${member} ${member.toUpperCase()}]`).join(' ')

const OPTIONS = ['from', 'to', 'format', 'model', 'status', 'limit', ...SUBJECT_MEMBERS] as const
type Option = (typeof OPTIONS)[number]

const ALLOWED: Readonly<Record<string, readonly Option[]>> = {
  report: ['from', 'to', 'format'],
  show: ['from', 'to', 'user', 'team', 'model', 'status', 'limit'],
  delete: SUBJECT_MEMBERS,
}

/** Reading or rewriting all files takes its time; milliseconds. */
const DEADLINE = 120_000

const FOUND = z.object({
  records: z.array(
    z.looseObject({
      at: z.string(),
      request: z.string(),
      caller: z.looseObject({ user: z.string().optional(), team: z.string().optional() }).optional(),
      model: z.string().optional(),
      status: z.number(),
      code: z.string().optional(),
      label: z.string().optional(),
      attempts: z.array(z.looseObject({ target: z.string() })),
    }),
  ),
  truncated: z.boolean(),
})
const ERASED = z.object({ records: z.number(), files: z.number() })

/** `tollgate audit`: reports on, shows or erases the records of the running Tollgate. Returns the exit code. */
export async function audit(args: readonly string[], env: Environment): Promise<number> {
  const texts = Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }]))
  const line = readArguments(args, { ...PLACE_OPTIONS, ...texts, json: { type: 'boolean' } })
  const [action = '', extra] = line.positionals
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`)
  const allowed = ALLOWED[action]
  if (allowed === undefined) throw new UsageError('audit needs report, show or delete')
  const foreign = OPTIONS.find((name) => line.text(name) !== undefined && !allowed.includes(name))
  if (foreign !== undefined) throw new UsageError(`audit ${action} knows no '--${foreign}'`)
  if (line.has('json') && action !== 'show') throw new UsageError(`audit ${action} knows no '--json'`)
  const query = queryOf(allowed.map((name) => [name, line.text(name)]))
  switch (action) {
    case 'report':
      return report(line, env, query)
    case 'show':
      return show(line, env, query)
    default:
      return erase(line, env, query)
  }
}

async function report(line: CommandLine, env: Environment, query: string): Promise<number> {
  process.stdout.write(await askAdminText(placeOf(line, env), { path: `/audit/report${query}`, deadline: DEADLINE }))
  return 0
}

async function show(line: CommandLine, env: Environment, query: string): Promise<number> {
  const found = await askAdmin(placeOf(line, env), { path: `/audit/requests${query}`, deadline: DEADLINE }, FOUND)
  if (line.has('json')) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  else process.stdout.write(`${tableOf(found.records)}\n`)
  if (found.truncated && !line.has('json'))
    process.stderr.write('tollgate: there are more: say --from, --to or --limit\n')
  return 0
}

function tableOf(records: z.infer<typeof FOUND>['records']): string {
  if (records.length === 0) return 'there are no such records'
  const rows = records.map(({ at, request, caller, model, status, code, label, attempts }) => [
    ...[at, request, caller?.team ?? '-', caller?.user ?? '-', model ?? '-', attempts.at(-1)?.target ?? '-'],
    ...[label ?? '-', String(status), code ?? '-'],
  ])
  return table([['time', 'request', 'team', 'user', 'model', 'target', 'label', 'status', 'code'], ...rows])
}

async function erase(line: CommandLine, env: Environment, query: string): Promise<number> {
  if (query === '') throw new UsageError(`audit delete must say whose: ${WHO}`)
  const question = { method: 'DELETE' as const, path: `/audit/requests${query}`, deadline: DEADLINE }
  const { records, files } = await askAdmin(placeOf(line, env), question, ERASED)
  process.stdout.write(`${records} records are erased from ${files} files\n`)
  return 0
}
