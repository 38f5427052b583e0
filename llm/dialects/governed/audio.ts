import { governed } from '../governed.js'
import { isOn, requiredText, texts } from './texts.js'

/**
 * `POST /v1/audio/speech` (https://platform.openai.com/docs/api-reference/audio/createSpeech): sound, or events with sound in
 * them, always as it comes.
 */
export const speech = governed({
  name: 'openai-speech',
  texts: (body) => [requiredText(body, 'input'), ...texts(body, 'instructions')],
  streams: () => true,
  answer: 'anything',
})

/** `POST /v1/audio/transcriptions` (https://platform.openai.com/docs/api-reference/audio/createTranscription). */
export const transcriptions = governed({
  name: 'openai-transcriptions',
  texts: (body) => texts(body, 'prompt'),
  streams: (body) => isOn(body, 'stream'),
  answer: 'anything',
})

/** `POST /v1/audio/translations` (https://platform.openai.com/docs/api-reference/audio/createTranslation). */
export const translations = governed({
  name: 'openai-translations',
  texts: (body) => texts(body, 'prompt'),
  streams: (body) => isOn(body, 'stream'),
  answer: 'anything',
})
