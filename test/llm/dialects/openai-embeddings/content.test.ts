import { test } from 'node:test'
import { openaiEmbeddings } from '../../../../llm/dialects/openai-embeddings.js'
import { assertContent } from '../said-body.js'

test('everything that is said in an Embeddings request is content, and nothing else', () => {
  assertContent(
    openaiEmbeddings,
    (say) => ({
      ...{ model: 'text-embedding-3-small', input: [say(), say()], user: say(), dimensions: 123456 },
      ...{ encoding_format: 'float', input_type: 'query', nobody_knows: [say(), { [say()]: [say()] }] },
    }),
    [],
  )
})

test('tokens cannot be scanned', () => {
  assertContent(openaiEmbeddings, () => ({ model: 'm', input: [123456, 654321] }), ['input'])
  assertContent(openaiEmbeddings, () => ({ model: 'm', input: [[123456], [654321]] }), ['input'])
})
