import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bedrockTraitsOf } from '../../../../llm/dialects/bedrock-converse/models.js'

test('finds the family in every form of id', () => {
  const cases = {
    'anthropic.claude-3-haiku-20240307-v1:0': ['claude', 'named', 'nowhere', 'refused'],
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0': ['claude', 'named', 'everywhere', 'accepted'],
    'global.anthropic.claude-opus-5-5': ['claude', 'none', 'everywhere', 'accepted'],
    'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0': [
      ...['claude', 'named', 'everywhere', 'refused'],
    ],
    'amazon.nova-pro-v1:0': ['none', 'named', 'content', 'refused'],
    'us.amazon.nova-2-lite-v1:0': ['nova', 'named', 'content', 'refused'],
    'amazon.titan-text-lite-v1': ['none', 'none', 'nowhere', 'refused'],
    'us.meta.llama3-3-70b-instruct-v1:0': ['none', 'none', 'nowhere', 'refused'],
    'mistral.mistral-large-2402-v1:0': ['none', 'any', 'nowhere', 'refused'],
    'mistral.mistral-large-3-675b-instruct': ['none', 'any', 'nowhere', 'accepted'],
    'openai.gpt-oss-120b-1:0': ['effort', 'named', 'nowhere', 'accepted'],
    'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc': ['none', 'named', 'nowhere', 'accepted'],
    '': ['none', 'named', 'nowhere', 'accepted'],
  }
  for (const [model, expected] of Object.entries(cases)) {
    const { reasoning, forcedTools, caching, structuredOutputs } = bedrockTraitsOf(model)
    assert.deepEqual([reasoning, forcedTools, caching, structuredOutputs], expected, model)
  }
})
