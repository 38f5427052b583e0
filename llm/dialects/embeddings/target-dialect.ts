import type { Dialect } from '../../../core/provider.js'
import { openaiEmbeddings } from '../openai-embeddings.js'
import { refusalOf } from './inputs.js'

interface TargetApi extends Pick<Dialect, 'name' | 'encodeRequest' | 'decodeEvents' | 'decodeError'> {
  /** The most inputs of one request. */
  most(model: string): number
}

/**
 * An API that only targets are asked in, and that reads text. No endpoint offers it, so the half of it that would speak with
 * clients is that of the one dialect in which they ask for embeddings.
 */
export function targetDialect({ most, ...api }: TargetApi): Dialect {
  return { ...openaiEmbeddings, ...api, refuses: (request, model) => refusalOf(request, most(model)) }
}
