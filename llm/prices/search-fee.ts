import { picoPerSearch } from './pico.js'

/** What a provider takes for searching the web, beside the tokens. */
export interface SearchFee {
  /** Pico-dollars per search. */
  readonly webSearch: bigint
  /** Searches that every answer is billed for, whatever the request says of them. */
  readonly leastSearches?: number
}

/** OpenAI's search models, and Perplexity's, look into the web before every answer in chat completions. */
const always = (usdPerThousand: number): SearchFee => ({ webSearch: picoPerSearch(usdPerThousand), leastSearches: 1 })

/** Google bills each query since Gemini 3, and before that each answer that searched; free daily amounts are not taken off. */
const GOOGLE = [
  [/^(models\/|google\/)?gemini-([3-9]|\d\d)/, { webSearch: picoPerSearch(14) }],
  [/^(models\/|google\/)?gemini-/, { webSearch: picoPerSearch(35) }],
] as const

/**
 * By provider kind and model, as the vendors document it: platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool,
 * developers.openai.com/api/docs/pricing (`Web search`, and `Web search preview` of models that do not reason),
 * docs.perplexity.ai/getting-started/pricing (the fee of a request, for a search context of the default size),
 * ai.google.dev/gemini-api/docs/pricing (grounding with Google Search). The first match holds.
 */
const FEES: Readonly<Record<string, readonly (readonly [RegExp, SearchFee])[]>> = {
  anthropic: [[/^claude-/, { webSearch: picoPerSearch(10) }]],
  openai: [
    [/^gpt-4o(-mini)?-search-preview/, always(25)],
    [/^gpt-5-search-api/, always(10)],
  ],
  gemini: GOOGLE,
  vertex: [...GOOGLE, [/^(anthropic\/)?claude-/, { webSearch: picoPerSearch(10) }]],
  perplexity: [
    [/^sonar(-reasoning)?$/, always(5)],
    [/^sonar(-reasoning)?-pro/, always(6)],
  ],
}

/** The fee of a model at a provider of this kind; undefined where nobody knows one. */
export function searchFee(providerKind: string, model: string): SearchFee | undefined {
  return FEES[providerKind]?.find(([pattern]) => pattern.test(model))?.[1]
}
