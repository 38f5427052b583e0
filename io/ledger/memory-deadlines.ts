/** Something with a moment (ms since the epoch) at which it is due. Both fields are kept by `Deadlines`. */
export interface Due {
  deadline: number
  /** Its place in the heap. */
  place: number
}

/** A binary heap: the one that is due first is found at once, any other moved or removed in logarithmic time. */
export interface Deadlines<T extends Due> {
  add(item: T): void
  /** Gives an item that is in the heap another deadline. */
  move(item: T, deadline: number): void
  remove(item: T): void
  first(): T | undefined
}

/** An empty heap. */
export function createDeadlines<T extends Due>(): Deadlines<T> {
  const heap: T[] = []

  const put = (item: T, place: number) => {
    heap[place] = item
    item.place = place
  }
  const up = (item: T) => {
    let place = item.place
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above]
      if (!parent || parent.deadline <= item.deadline) break
      put(parent, place)
      place = above
    }
    put(item, place)
  }
  const earlierChild = (place: number): T | undefined => {
    const left = heap[2 * place + 1]
    const right = heap[2 * place + 2]
    return left && right && right.deadline < left.deadline ? right : left
  }
  const down = (item: T) => {
    let place = item.place
    for (let child = earlierChild(place); child && child.deadline < item.deadline; child = earlierChild(place)) {
      const below = child.place
      put(child, place)
      place = below
    }
    put(item, place)
  }
  const settle = (item: T) => {
    up(item)
    down(item)
  }

  return {
    add: (item) => {
      put(item, heap.length)
      up(item)
    },
    move: (item, deadline) => {
      item.deadline = deadline
      settle(item)
    },
    remove: ({ place }) => {
      const last = heap.pop()
      if (!last || last.place === place) return
      put(last, place)
      settle(last)
    },
    first: () => heap[0],
  }
}
