import type { AssistantPart, Part } from '../../../core/chat.js'
import { ITEMS_TOGETHER } from '../../../core/turns.js'
import { argumentUnits } from './tool-input.js'

/** Units that writing a message takes besides its parts, and a part. */
export const MESSAGE = 2
export const PART = 2

/** How many parts are worked on together. */
export const PARTS = ITEMS_TOGETHER / PART

/** Units that writing this part takes. */
export const partUnits = (part: Part | AssistantPart): number =>
  part.type === 'tool-call' ? PART + argumentUnits(part.arguments) : PART
