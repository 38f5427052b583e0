import type { ChatEvent } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { callWriter } from './call-writer.js'
import {
  type BlockHandler,
  type ItemPlace,
  type ItemStatus,
  type ItemWriter,
  itemIn,
  opaqueWriter,
} from './item-writer.js'
import { type MessageWriter, messageWriter } from './message-writer.js'
import { NAME } from './name.js'
import type { Outlet } from './outlet.js'
import { reasoningWriter } from './reasoning-writer.js'

type BlockEvent = Extract<ChatEvent, { readonly block: number }>
type BlockStartEvent = Extract<ChatEvent, { type: 'block-start' }>

/** Writes the output items of an answer. */
export interface OutputWriter {
  push(event: BlockEvent): void
  /** Nothing follows: what is not done yet ends with this status. */
  settle(status: ItemStatus): void
  refused(): boolean
  /** The items that are done, in their order. */
  items(): readonly JsonObject[]
}

/**
 * Blocks as items. Blocks of text that follow each other are parts of one message. An item is done when another one begins, or
 * at the end of the answer: only then is it known whether it is complete.
 */
export function outputWriter(outlet: Outlet, answerId: string): OutputWriter {
  const handlers = new Map<number, BlockHandler>()
  const unsettled = new Map<ItemWriter, { readonly index: number; blocks: number }>()
  const done: JsonObject[] = []
  const owners = new Map<number, ItemWriter>()
  let message: MessageWriter | undefined
  let count = 0
  let refused = false

  const settle = (which: 'ended' | 'all', status: ItemStatus) => {
    for (const [item, { index, blocks }] of unsettled) {
      if (which === 'ended' && blocks > 0) continue
      unsettled.delete(item)
      done[index] = item.done(status)
    }
    if (unsettled.size === 0) message = undefined
  }
  const add = <T extends ItemWriter>(own: JsonObject, make: (place: ItemPlace) => T): T => {
    settle('ended', 'completed')
    message = undefined
    const index = count++
    const item = make({ outlet, index, unique: uniqueId(answerId, index), own })
    unsettled.set(item, { index, blocks: 0 })
    return item
  }
  const hold = (block: number, item: ItemWriter, handler: BlockHandler) => {
    handlers.set(block, handler)
    owners.set(block, item)
    const state = unsettled.get(item)
    if (state !== undefined) state.blocks++
  }

  const begin = ({ block, start, extras }: BlockStartEvent) => {
    const own = extras?.dialect === NAME ? itemIn(extras.fields) : undefined
    switch (start.kind) {
      case 'text':
      case 'refusal': {
        if (start.kind === 'refusal') refused = true
        const into = own === undefined && message !== undefined ? message : add(own ?? {}, messageWriter)
        message = into
        hold(block, into, into.part(start.kind))
        break
      }
      case 'reasoning':
      case 'redacted-reasoning': {
        const data = start.kind === 'reasoning' ? undefined : start.data
        const item = add(own ?? {}, (place) => reasoningWriter(place, data))
        hold(block, item, item)
        break
      }
      case 'tool-call': {
        const item = add(own ?? {}, (place) => callWriter(place, start))
        hold(block, item, item)
        break
      }
      case 'opaque': {
        if (start.dialect !== NAME) break
        const item = add({}, (place) => opaqueWriter(place, start.value))
        hold(block, item, item)
        break
      }
    }
  }

  const end = (block: number) => {
    const owner = owners.get(block)
    const state = owner === undefined ? undefined : unsettled.get(owner)
    handlers.get(block)?.end()
    handlers.delete(block)
    owners.delete(block)
    if (state !== undefined) state.blocks--
  }

  return {
    push(event) {
      switch (event.type) {
        case 'block-start':
          begin(event)
          break
        case 'delta':
          handlers.get(event.block)?.say(event.text, event.logprobs)
          break
        case 'signature':
          handlers.get(event.block)?.sign?.(event.signature)
          break
        case 'annotation':
          if (event.dialect === NAME) handlers.get(event.block)?.annotate?.(event.value)
          break
        case 'block-end':
          end(event.block)
          break
      }
    },
    settle(status) {
      for (const block of [...handlers.keys()]) end(block)
      settle('all', status)
    },
    refused: () => refused,
    items: () => done,
  }
}

/** Within the 64 characters that the API allows, with its prefix. */
function uniqueId(answerId: string, index: number): string {
  const base = answerId.replace(/[^a-zA-Z0-9]/g, '').slice(-40)
  return `${base === '' ? 'answer' : base}_${index}`
}
