import { speech, transcriptions, translations } from '../dialects/governed/audio.js'
import { imageEdits, imageGenerations, imageVariations } from '../dialects/governed/images.js'
import { moderations, rerank, rerankV2 } from '../dialects/governed/scores.js'
import { openaiCompletions } from '../dialects/openai-completions.js'
import { openaiResponses } from '../dialects/openai-responses.js'
import { withoutStreamOptions } from './adjustments.js'
import { atPath } from './at-path.js'
import { azure } from './azure.js'
import { azureCompletions, azureGoverned, azureResponses, hasOpenai, hasResponses } from './azure-apis.js'
import { compatible } from './compatible.js'
import { deepseek } from './deepseek.js'
import { openaiFamily, openaiOnly } from './family.js'
import { fireworks } from './fireworks.js'
import { governedApis, vllmRerank } from './governed-apis.js'
import { groq } from './groq.js'
import { mistral } from './mistral.js'
import { ollama } from './ollama.js'
import { openai } from './openai.js'
import { openrouter } from './openrouter.js'
import { together } from './together.js'
import { vllm } from './vllm.js'
import { xai } from './xai.js'

const IMAGES = [imageGenerations, imageEdits, imageVariations]
const AUDIO = [speech, transcriptions, translations]

/** OpenAI. Every model but those of legacy Completions answers Responses, some nothing else. */
export const openaiServed = openaiFamily({
  chat: openai,
  responses: atPath(openai, openaiResponses, '/responses'),
  completions: atPath(openai, openaiCompletions, '/completions'),
  native: 'responses',
  only: openaiOnly,
  others: governedApis(openai, ...IMAGES, ...AUDIO, moderations),
})

/** Azure, as far as a target's surface has it. */
export const azureServed = openaiFamily({
  chat: azure,
  responses: azureResponses,
  completions: azureCompletions,
  native: 'responses',
  only: openaiOnly,
  has(api, place) {
    if (api === 'responses') return hasResponses(place)
    return api === 'chat' || hasOpenai(place)
  },
  others: azureGoverned,
})

/** https://docs.mistral.ai/api/endpoint/audio/transcriptions, https://docs.mistral.ai/api/endpoint/classifiers */
export const mistralServed = openaiFamily({
  chat: mistral,
  others: governedApis(mistral, transcriptions, moderations),
})

/** https://console.groq.com/docs/speech-to-text, https://console.groq.com/docs/text-to-speech, https://console.groq.com/docs/responses-api */
export const groqServed = openaiFamily({
  chat: groq,
  responses: atPath(groq, openaiResponses, '/responses'),
  others: governedApis(groq, ...AUDIO),
})

const deepseekBeta = atPath(deepseek, openaiCompletions, '/beta/completions')

/** Its Completions are a beta with a base URL of its own (https://api-docs.deepseek.com/guides/fim_completion). */
export const deepseekServed = openaiFamily({
  chat: deepseek,
  completions: {
    ...deepseekBeta,
    build: (body, target) =>
      deepseekBeta.build(body, {
        ...target,
        basePath: target.basePath.replace(/\/+$/, '').replace(/\/(v1|beta)$/, ''),
      }),
  },
})

/** https://docs.x.ai/docs/api-reference */
export const xaiServed = openaiFamily({
  chat: xai,
  responses: atPath(xai, openaiResponses, '/responses'),
  others: governedApis(xai, imageGenerations),
})

/** https://docs.together.ai/docs/inference/openai-compatibility, https://docs.together.ai/reference/rerank */
export const togetherServed = openaiFamily({
  chat: together,
  completions: atPath(together, openaiCompletions, '/completions'),
  others: governedApis(together, imageGenerations, ...AUDIO, rerank, rerankV2),
})

/** Its audio is at another base URL (https://docs.fireworks.ai/api-reference/audio-transcriptions). */
export const fireworksServed = openaiFamily({
  chat: fireworks,
  responses: atPath(fireworks, openaiResponses, '/responses'),
  completions: { ...atPath(fireworks, openaiCompletions, '/completions'), adjust: withoutStreamOptions },
  others: governedApis(fireworks, transcriptions, translations, rerank),
})

/** https://openrouter.ai/docs/api-reference */
export const openrouterServed = openaiFamily({
  chat: openrouter,
  responses: atPath(openrouter, openaiResponses, '/responses'),
  completions: atPath(openrouter, openaiCompletions, '/completions'),
  others: governedApis(openrouter, rerank),
})

/** https://docs.ollama.com/api/openai-compatibility */
export const ollamaServed = openaiFamily({
  chat: ollama,
  responses: atPath(ollama, openaiResponses, '/responses'),
  completions: atPath(ollama, openaiCompletions, '/completions'),
})

/** https://docs.vllm.ai/en/latest/serving/openai_compatible_server */
export const vllmServed = openaiFamily({
  chat: vllm,
  responses: atPath(vllm, openaiResponses, '/responses'),
  completions: atPath(vllm, openaiCompletions, '/completions'),
  others: [...governedApis(vllm, ...AUDIO, imageGenerations, imageEdits), ...vllmRerank(vllm)],
})

/** Any other server, which may have any of these APIs. */
export const compatibleServed = openaiFamily({
  chat: compatible,
  responses: atPath(compatible, openaiResponses, '/responses'),
  completions: atPath(compatible, openaiCompletions, '/completions'),
  others: governedApis(compatible, ...IMAGES, ...AUDIO, moderations, rerank, rerankV2),
})
