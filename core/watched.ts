import type { ChatEvent } from './chat.js'
import { watchFailed } from './policy.js'
import { type AsyncTransform, chain, type Ending } from './transform.js'

type Steps = AsyncTransform<ChatEvent, ChatEvent>
type Made = ReturnType<Steps['push']>

/** The watches' steps, one after the other; undefined where there is none. What they throw, or reject with, becomes a `GatewayError`. */
export function watched(steps: readonly Steps[]): Steps | undefined {
  return steps.length === 0 ? undefined : new Watched(chain(steps))
}

class Watched implements Steps {
  private readonly steps: Steps

  constructor(steps: Steps) {
    this.steps = steps
  }

  push(event: ChatEvent): Made {
    try {
      return told(this.steps.push(event))
    } catch (cause) {
      return watchFailed(cause)
    }
  }

  end(how: Ending): Made {
    try {
      return told(this.steps.end(how))
    } catch (cause) {
      return watchFailed(cause)
    }
  }
}

function told(made: Made): Made {
  return made instanceof Promise ? made.catch(watchFailed) : made
}
