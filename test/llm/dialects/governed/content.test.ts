import { test } from 'node:test'
import { speech, transcriptions } from '../../../../llm/dialects/governed/audio.js'
import { imageEdits, imageGenerations } from '../../../../llm/dialects/governed/images.js'
import { moderations, rerank, rerankV2 } from '../../../../llm/dialects/governed/scores.js'
import { assertContent, PICTURE } from '../said-body.js'

test('what an image is made from is content, the pictures aside', () => {
  assertContent(
    imageGenerations,
    (say) => ({
      ...{ model: 'gpt-image-1', prompt: say(), user: say(), n: 1, size: 'auto', quality: 'high', style: 'vivid' },
      ...{ response_format: 'b64_json', output_format: 'png', moderation: 'low', background: 'opaque' },
      nobody_knows: { [say()]: say() },
    }),
    [],
  )
  assertContent(
    imageEdits,
    (say) => ({
      ...{ model: 'gpt-image-1', prompt: say(), mask: { image_url: `data:image/png;base64,${PICTURE}` } },
      images: [{ file_id: 'file-1' }, { image_url: 'https://files.example/a.png' }],
    }),
    ['mask.image_url', 'images[0]', 'images[1]'],
  )
  assertContent(imageEdits, (say) => ({ model: 'm', prompt: say(), image: [PICTURE, PICTURE] }), [
    'image[0]',
    'image[1]',
  ])
})

test('what is spoken is content, and so are the fields of a form', () => {
  assertContent(
    speech,
    (say) => ({
      ...{ model: 'tts-1', input: say(), instructions: say(), voice: { id: 'voice_1' }, response_format: 'mp3' },
      ...{ speed: 1, stream_format: 'sse' },
    }),
    [],
  )
  assertContent(
    transcriptions,
    (say) => ({
      ...{
        model: 'whisper-1',
        prompt: say(),
        language: 'en',
        response_format: 'json',
        temperature: '0',
        stream: 'true',
      },
      ...{
        'known_speaker_names[]': [say(), say()],
        'known_speaker_references[]': [`data:audio/wav;base64,${PICTURE}`],
      },
      ...{
        'timestamp_granularities[]': ['word'],
        'include[]': ['logprobs'],
        chunking_strategy: 'auto',
        nobody_knows: say(),
      },
    }),
    ['known_speaker_references[][0]'],
  )
})

test('what is scored is content', () => {
  assertContent(
    moderations,
    (say) => ({
      model: 'omni-moderation-latest',
      input: [
        { type: 'text', text: say() },
        { type: 'image_url', image_url: { url: 'https://files.example/a.png' } },
        say(),
      ],
    }),
    ['input[1]'],
  )
  for (const dialect of [rerank, rerankV2]) {
    assertContent(
      dialect,
      (say) => ({
        ...{ model: 'rerank-v3.5', query: say(), top_n: 3, return_documents: true, rank_fields: ['text', 'note'] },
        documents: [say(), { text: say(), title: say(), note: say() }, { image: 'https://files.example/a.png' }],
      }),
      ['documents[2]'],
    )
    assertContent(
      dialect,
      (say) => ({
        ...{ model: 'rerank-v3.5', query: say() },
        documents: [say(), { id: say(), type: say(), status: say(), [say()]: [say()] }],
      }),
      [],
    )
  }
})
