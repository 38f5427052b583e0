import { readFileSync } from 'node:fs'
import { formatProblem } from '../io/config.js'
import { type As, readAs } from '../io/explain/as.js'
import { explained, identityAs } from '../io/explain/ask.js'
import { EXPLANATION, type ShownExplanation } from '../io/explain/shape.js'
import { explanationText } from '../io/explain/text.js'
import { systemClock } from '../io/system-clock.js'
import { askAdmin, PLACE_OPTIONS, placeOf } from './admin-client.js'
import { assemble } from './assemble.js'
import { clientEndpoints } from './client-endpoints.js'
import { readArguments } from './command-line.js'
import { type Environment, readConfiguration } from './configuration.js'
import { Failure, reasonOf, UsageError } from './failure.js'
import { prepareGuards } from './guards.js'
import { createLasting } from './lasting.js'
import { printable } from './table.js'

const OPTIONS = {
  ...PLACE_OPTIONS,
  as: { type: 'string' },
  path: { type: 'string' },
  at: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const

const USUAL_PATH = '/v1/chat/completions'

/** A moment with its zone, as RFC 3339 writes it. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/**
 * `tollgate explain`: what would become of a request, and why, on stdout. With a configuration file it is judged by that alone, as if
 * nothing had been spent; without, by the running Tollgate. Returns the exit code.
 */
export async function explain(args: readonly string[], env: Environment): Promise<number> {
  const line = readArguments(args, OPTIONS)
  const [file, extra] = line.positionals
  if (file === undefined) throw new UsageError('explain needs a REQUEST.json')
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`)
  const read = readAs(line.text('as') ?? '')
  if (read.kind === 'faulty') throw new UsageError(`--as ${read.why}`)
  const path = line.text('path') ?? USUAL_PATH
  const at = momentOf(line.text('at'))
  const question = { body: textOf(file), path, as: read.as, at }
  const config = line.text('config')
  const explanation = config === undefined ? await live(question) : await offline(config, question, env)
  const text = line.has('json') ? JSON.stringify(explanation, null, 2) : explanationText(explanation)
  process.stdout.write(`${text.split('\n').map(printable).join('\n')}\n`)
  return 0

  function live({ body, ...question }: Asking): Promise<ShownExplanation> {
    const time = question.at === undefined ? {} : { at: new Date(question.at).toISOString() }
    const asked = { request: body, path, as: question.as, ...time }
    return askAdmin(placeOf(line, env), { method: 'POST', path: '/explain', body: asked }, EXPLANATION)
  }
}

interface Asking {
  readonly body: string
  readonly path: string
  readonly as: As
  readonly at: number | undefined
}

async function offline(config: string, { body, path, as, at }: Asking, env: Environment): Promise<ShownExplanation> {
  const parsed = readConfiguration(config, env)
  if (!parsed.ok) throw new Failure(parsed.problems.map((problem) => formatProblem(config, problem)).join('\n'))
  const lasting = createLasting(systemClock)
  const { settings } = assemble(parsed.config, lasting, await prepareGuards(parsed.config, lasting))
  const asked = { body, path, identity: identityAs(as), at: at ?? systemClock.now() }
  return EXPLANATION.parse(await explained(asked, { settings, endpoints: clientEndpoints }))
}

function momentOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const at = MOMENT.test(written) ? Date.parse(written) : Number.NaN
  if (Number.isNaN(at)) throw new UsageError('--at must be a moment with its zone, such as 2026-11-21T10:00:00Z')
  return at
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${reasonOf(error)}`)
  }
}
