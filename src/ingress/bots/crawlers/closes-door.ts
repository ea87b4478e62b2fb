/**
 * Which actions keep a crawler out: those, and no others, are `Disallow` in robots.txt.
 * @module
 */
import type { CrawlerAction } from '../../../bundle/bots-model.ts'

/**
 * A crawler cannot solve a challenge, so to ask for one is to refuse it. `verify` and `rate` let in who it is about;
 * a price may be paid, and robots.txt has no word for "for money".
 */
export function closesDoor(action: CrawlerAction): boolean {
  return action === 'deny' || action === 'labyrinth' || action === 'challenge'
}
