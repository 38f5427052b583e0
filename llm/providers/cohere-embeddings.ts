import { cohereEmbeddings as dialect } from '../dialects/cohere-embeddings.js'
import { cohere } from './cohere.js'
import { embeddingsBeside } from './embeddings-beside.js'

/** Cohere's v2 Embed. */
export const cohereEmbeddings = embeddingsBeside(cohere, '/embed', { dialect })
