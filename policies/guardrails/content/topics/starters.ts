import type { Topic } from '../settings.js'
import { FINANCIAL_ADVICE, LEGAL_ADVICE, MEDICAL_ADVICE } from './starters/advice.js'
import { POLITICS } from './starters/politics.js'
import { SELF_HARM } from './starters/self-harm.js'
import { topicOf } from './starters/topic-of.js'
import { WEAPONS } from './starters/weapons.js'

/** Topics that need no terms of one's own, in English. */
export const STARTER_TOPICS: readonly Topic[] = [
  topicOf('politics', POLITICS),
  topicOf('medical-advice', MEDICAL_ADVICE),
  topicOf('legal-advice', LEGAL_ADVICE),
  topicOf('financial-advice', FINANCIAL_ADVICE),
  topicOf('weapons', WEAPONS),
  topicOf('self-harm', SELF_HARM),
]
