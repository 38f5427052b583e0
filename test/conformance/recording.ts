import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'

/** One recorded exchange with a provider, and what it means. The members used here; files hold more. */
export interface Recording {
  readonly id: string
  readonly provider: string
  readonly api: string
  /** The model that was asked for, or that answered. */
  readonly model?: string | null
  readonly stream: boolean
  /** `body` is null where only the response was recorded. */
  readonly request: { readonly body: JsonObject | null }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    /** `json`, `sse`, `aws-eventstream`, `ndjson`, `json-array` or `text`. */
    readonly framing: string
    readonly body_text?: string
    /** In place of `body_text` where the body is binary. */
    readonly body_base64?: string
    readonly chunk_sizes?: readonly number[]
  }
  readonly expected: Expected
}

/** The meaning of a recorded response, provider-neutral. Token counts include what OpenAI's convention includes. */
export interface Expected {
  /** `chat`, `embeddings`, `error`, or an answer that this has no words for. */
  readonly kind: string
  readonly text: string
  readonly reasoning: string | null
  readonly refusal: string | null
  readonly tool_calls: readonly ExpectedCall[]
  readonly finish: string | null
  readonly finish_also: readonly string[]
  readonly usage: ExpectedUsage
  readonly error: ExpectedError | null
  readonly extra: JsonObject
}

/** `arguments` is null, and `arguments_raw` the text, where the provider's JSON is broken; a custom tool's are its free text. */
export interface ExpectedCall {
  readonly name: string
  readonly type?: string
  readonly arguments: JsonValue
  readonly arguments_raw?: string
}

/** Null where the provider reported nothing. */
export interface ExpectedUsage {
  readonly input_total: number | null
  readonly cached_input: number | null
  readonly cache_write: number | null
  readonly output: number | null
  readonly reasoning: number | null
}

/** `status` 200 is an error inside an answer that had begun as a success. */
export interface ExpectedError {
  readonly status: number
  readonly message: string | null
}

/** Reads every recording below `dir`, in the order of their ids. JSON files of another shape are left out. */
export async function readRecordings(dir: string): Promise<readonly Recording[]> {
  const names = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.json'))
  const found: Recording[] = []
  for (const name of names) {
    const value: unknown = JSON.parse(await readFile(join(dir, name), 'utf8'))
    if (isRecording(value)) found.push(value)
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function isRecording(value: unknown): value is Recording {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['api'] === 'string' &&
    isObject(value['request']) &&
    isObject(value['response']) &&
    isObject(value['expected'])
  )
}
