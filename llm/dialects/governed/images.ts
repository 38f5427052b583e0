import { governed } from '../governed.js'
import { isOn, requiredText, texts, wholeNumber } from './texts.js'

/** Images of one request; OpenAI allows ten. */
const MOST_IMAGES = 100

/** More than the tokens of OpenAI's largest image at its best quality, which are some six thousand. */
const MOST_OUTPUT = 8192

const IMAGES = { mostOutput: MOST_OUTPUT, answer: 'json' } as const

/** `POST /v1/images/generations` (https://platform.openai.com/docs/api-reference/images/create). */
export const imageGenerations = governed({
  ...IMAGES,
  name: 'openai-image-generations',
  texts: (body) => [requiredText(body, 'prompt')],
  choices: (body) => wholeNumber(body, 'n', MOST_IMAGES) ?? 1,
  streams: (body) => isOn(body, 'stream'),
})

/** `POST /v1/images/edits` (https://platform.openai.com/docs/api-reference/images/createEdit), as a form or as JSON. */
export const imageEdits = governed({
  ...IMAGES,
  name: 'openai-image-edits',
  texts: (body) => [requiredText(body, 'prompt')],
  choices: (body) => wholeNumber(body, 'n', MOST_IMAGES) ?? 1,
  streams: (body) => isOn(body, 'stream'),
})

/** `POST /v1/images/variations` (https://platform.openai.com/docs/api-reference/images/createVariation). */
export const imageVariations = governed({
  ...IMAGES,
  name: 'openai-image-variations',
  texts: (body) => texts(body, 'prompt'),
  choices: (body) => wholeNumber(body, 'n', MOST_IMAGES) ?? 1,
})
