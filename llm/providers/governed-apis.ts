import type { Dialect, Provider } from '../../core/provider.js'
import { speech, transcriptions, translations } from '../dialects/governed/audio.js'
import { imageEdits, imageGenerations, imageVariations } from '../dialects/governed/images.js'
import { moderations, rerank, rerankV2 } from '../dialects/governed/scores.js'
import { atPath } from './at-path.js'

/** Where OpenAI, and servers that call themselves compatible, have the APIs that are passed on; below the base URL. */
const PATHS: ReadonlyMap<Dialect, string> = new Map([
  [imageGenerations, '/images/generations'],
  [imageEdits, '/images/edits'],
  [imageVariations, '/images/variations'],
  [speech, '/audio/speech'],
  [transcriptions, '/audio/transcriptions'],
  [translations, '/audio/translations'],
  [moderations, '/moderations'],
  [rerank, '/rerank'],
  // Both versions differ in members that servers of this form do not have; they read one path.
  [rerankV2, '/rerank'],
])

/** The APIs with these names of a provider that has them where OpenAI does. */
export function governedApis(first: Provider, ...dialects: readonly Dialect[]): readonly Provider[] {
  return dialects.map((dialect) => atPath(first, dialect, pathOf(dialect)))
}

/** Where an API stands below a base URL. Throws an `Error` for one that is not passed on. */
export function pathOf(dialect: Dialect): string {
  const path = PATHS.get(dialect)
  if (path === undefined) throw new Error(`The dialect ${dialect.name} has no path of its own.`)
  return path
}

/** Cohere's two versions of reranking (https://docs.cohere.com/reference/rerank), beside the version that the base URL may end in. */
export function cohereRerank(first: Provider): readonly Provider[] {
  return [besideVersion(first, rerank, '/v1/rerank'), besideVersion(first, rerankV2, '/v2/rerank')]
}

/** vLLM's: the second version has a path of its own (https://docs.vllm.ai/en/latest/serving/openai_compatible_server). */
export function vllmRerank(first: Provider): readonly Provider[] {
  return [atPath(first, rerank, '/rerank'), besideVersion(first, rerankV2, '/v2/rerank')]
}

function besideVersion(first: Provider, dialect: Dialect, path: string): Provider {
  const api = atPath(first, dialect, path)
  const root = (basePath: string) => basePath.replace(/\/+$/, '').replace(/\/v[12]$/, '')
  return { ...api, build: (body, target) => api.build(body, { ...target, basePath: root(target.basePath) }) }
}
