/**
 * The runtime's timer in the shape that the pure rooms take it in.
 * @module
 */
import type { Timer } from '../ingress/limits/deadline.ts'

export const startTimer: Timer = (ms, fire) => {
  const id = setTimeout(fire, ms)
  return () => clearTimeout(id)
}
