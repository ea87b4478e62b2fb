/**
 * What control can be asked, and how to reach it.
 * @module
 */
import type { BanRequest } from '../ingress/dos/ban-request.ts'
import type { LiftTarget } from '../ingress/dos/orders-control.ts'
import type { ControlAnswer, ControlReport } from '../ingress/dos/orders-exchange.ts'
import type { OverrideRequest } from '../ingress/dos/orders-override.ts'
import type { AttackState, Ban, Orders } from '../ingress/dos/watch-protocol.ts'

/** Each change comes with what holds after it, so that who made it sees it take effect at once. */
export interface BanAnswer {
  readonly ban: Ban
  readonly orders: Orders
}

export interface LiftAnswer {
  /** The bans that have ended by it. */
  readonly lifted: readonly Ban[]
  readonly orders: Orders
}

export interface AttackAnswer {
  /** What was set, or taken back; absent when there was nothing to take back. */
  readonly attack?: AttackState
  readonly orders: Orders
}

export interface ControlCalls {
  report(report: ControlReport): Promise<ControlAnswer>
  orders(): Promise<Orders>
  ban(request: BanRequest): Promise<BanAnswer>
  lift(target: LiftTarget): Promise<LiftAnswer>
  override(request: OverrideRequest): Promise<AttackAnswer>
  release(host: string, route: string): Promise<AttackAnswer>
}

/** Control was not asked, or did not answer well; the message says which, and holds nothing of the request. */
export class ControlAway extends Error {
  override readonly name = 'ControlAway'
}

/** The part of the `CONTROL` binding that is used. */
export interface ControlNamespace {
  getByName(name: string): ControlCalls
}

/** One for the deployment. Its name never changes: another one would know of no ban. */
const CONTROL_NAME = 'control:v1'

/** A stub belongs to the request that made it, and one that has failed may stay broken: one per call. */
export function reachControl(namespace: ControlNamespace): ControlCalls {
  return namespace.getByName(CONTROL_NAME)
}
