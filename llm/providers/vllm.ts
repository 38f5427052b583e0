import { forModels, systemForDeveloper } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/**
 * vLLM's server. Most chat templates refuse or skip `developer` (https://github.com/vllm-project/vllm/pull/43590); that of
 * gpt-oss knows it.
 */
export const vllm = openaiCompatible({ kind: 'vllm', adjust: forModels(/^(?!.*gpt-oss)/, systemForDeveloper) })
