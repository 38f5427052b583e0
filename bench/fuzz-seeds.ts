import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../cli/project-root.js'
import type { JsonObject } from '../core/json.js'
import type { Dialect, Frame } from '../core/provider.js'
import { sse } from '../llm/framing/sse.js'
import { wholeBody } from '../llm/framing/whole-body.js'
import { providers } from '../llm/providers/index.js'

/** What is known to be right, and is changed into inputs. */
export interface Seeds {
  readonly requests: readonly JsonObject[]
  readonly answers: readonly (readonly Frame[])[]
}

const FIXTURES = join(projectRoot(), 'test', 'fixtures')
const ANY: JsonObject = {
  model: 'm',
  messages: [{ role: 'user', content: 'x' }],
  input: ['x'],
  max_tokens: 5,
  prompt: 'x',
}

/** Models that lead to every API of the kinds that have several. */
const MODELS = [
  'a-model',
  'claude-sonnet-4-5',
  'anthropic.claude-sonnet-4-5-v1:0',
  'amazon.nova-pro-v1:0',
  'amazon.titan-embed-text-v2:0',
]

/** Every wire format that any provider speaks. */
export function everyDialect(): readonly Dialect[] {
  const apis = [...providers.values()].flatMap((family) => MODELS.flatMap((model) => family.serving(model)))
  return [...new Map(apis.map(({ dialect }) => [dialect.name, dialect])).values()]
}

/** The fixtures of a dialect; one of no dialect in particular where it has none. */
export function seedsOf({ name }: Dialect): Seeds {
  const folder = join(FIXTURES, name)
  const files = existsSync(folder) ? readdirSync(folder) : []
  const read = (file: string) => readFileSync(join(folder, file))
  const requests = files.filter((file) => file.startsWith('request')).map((file) => JSON.parse(read(file).toString()))
  const answers = files.filter((file) => !file.startsWith('request')).map((file) => framesOf(file, read(file)))
  return {
    requests: requests.length > 0 ? requests : [ANY],
    answers: answers.length > 0 ? answers : [[{ type: 'body', data: '{}' }]],
  }
}

/** Fixtures of binary event streams have their events as text, in the form of SSE. */
function framesOf(file: string, bytes: Uint8Array): readonly Frame[] {
  const decoder = (file.endsWith('.json') ? wholeBody : sse).decode()
  return [...decoder.push(bytes), ...decoder.end('complete')].map(withoutRaw)
}

const withoutRaw = (frame: Frame): Frame =>
  frame.type === 'body' ? { type: 'body', data: frame.data } : { type: 'event', event: frame.event, data: frame.data }
