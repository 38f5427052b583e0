import type { Dialect } from '../../core/provider.js'
import { decodeError, encodeError, encodeStreamError } from './openai-chat/errors.js'
import { contentOf } from './openai-embeddings/content.js'
import { decodeEvents } from './openai-embeddings/decode-events.js'
import { decodeRequest } from './openai-embeddings/decode-request.js'
import { encodeEvents } from './openai-embeddings/encode-events.js'
import { encodeRequest } from './openai-embeddings/encode-request.js'
import { NAME } from './openai-embeddings/name.js'
import { usersOwn } from './shared/source.js'

/** OpenAI's Embeddings (https://platform.openai.com/docs/api-reference/embeddings). Nothing of it streams. */
export const openaiEmbeddings: Dialect = {
  name: NAME,
  task: 'embeddings',
  decodeRequest,
  contentOf,
  sourceOf: usersOwn,
  encodeRequest,
  patchRequest: (_, model) => ({ model }),
  decodeEvents,
  encodeEvents,
  hideUsage: (frame) => frame,
  mustRead: () => true,
  decodeError,
  encodeError,
  encodeStreamError,
}

/**
 * The same for servers that know it only nearly: many write floats whatever `encoding_format` says, and official clients,
 * which ask for base64, then read vectors of a quarter of the length. Being a dialect of its own, its answers are read and
 * written anew, as the client wants them.
 */
export const openaiLikeEmbeddings: Dialect = { ...openaiEmbeddings, name: 'openai-like-embeddings' }
