import type { ItemExtras } from '../../../core/chat.js'
import { NAME } from './name.js'

/** Called with the client's path of what cannot be said in this dialect. */
export type Drop = (path: string) => void

/** Whose request it is: a client of this dialect gets back what it said, and nothing is added for it. */
export type Client = 'own' | 'other'

/** What stands in for content that the API demands and the client did not send. */
export const NOTHING = '.'

/** Marks reasoning that is a `tool_plan`: what a model that does not think says before it calls tools. */
export const PLAN: ItemExtras = { dialect: NAME, fields: { tool_plan: true } }

/** Whether reasoning stood on this wire as a `tool_plan`. */
export const isPlan = (extras: ItemExtras | undefined): boolean =>
  extras?.dialect === NAME && extras.fields.tool_plan === true
